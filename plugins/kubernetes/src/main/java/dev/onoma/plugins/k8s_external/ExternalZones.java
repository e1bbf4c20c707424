package dev.onoma.plugins.k8s_external;

import dev.onoma.api.MoreMessages;
import dev.onoma.api.NameKey;
import dev.onoma.api.RecordMessages;
import dev.onoma.api.ZoneTransfers;
import dev.onoma.api.ZoneVersion;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;

/// The zones of a server block, for those who transfer them.
///
/// @param zones in lower case
/// @param source where answers come from, once the server block has started
record ExternalZones(List<Name> zones, Supplier<ExternalHandler.@Nullable Source> source)
        implements ZoneTransfers.Source {
    /// Half a cluster is nothing to give away.
    @Override
    public @Nullable ZoneVersion version(NameKey zone) {
        var from = source.get();
        if (from == null || !from.cluster().isSynced()) {
            return null;
        }
        return zones.stream()
                .filter(name -> zone.equals(NameKey.of(name)))
                .findFirst()
                .map(name -> version(name, from))
                .orElse(null);
    }

    private static ZoneVersion version(Name zone, ExternalHandler.Source from) {
        from.cluster().takeVersion();
        return new Version(zone, from, from.answers().serialSeconds());
    }

    /// What is given away under a serial.
    private record Version(Name zone, ExternalHandler.Source from, long serialSeconds)
            implements ZoneVersion {
        @Override
        public long serial() {
            return serialSeconds & 0xffff_ffffL;
        }

        @Override
        public Record soa() {
            return from.answers().soa(zone, serialSeconds);
        }

        @Override
        public MoreMessages messages(NameKey question) {
            return new RecordMessages(
                    question,
                    soa(),
                    from.answers().top(zone),
                    new ExternalZoneRecords(from.answers(), zone, from.cluster().services()));
        }
    }
}
