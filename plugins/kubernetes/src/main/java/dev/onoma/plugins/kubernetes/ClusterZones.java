package dev.onoma.plugins.kubernetes;

import dev.onoma.api.MoreMessages;
import dev.onoma.api.NameKey;
import dev.onoma.api.RecordMessages;
import dev.onoma.api.ZoneTransfers;
import dev.onoma.api.ZoneVersion;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;

/// The zones of one `kubernetes` directive, for those who transfer them.
///
/// A version is no copy of the cluster: it holds on to the states of its services, which are there
/// anyway unless they change meanwhile, and makes records as the client takes them.
final class ClusterZones implements ZoneTransfers.Source {
    private final KubernetesOptions options;
    private final WatchedCluster cluster;
    private final ClusterAnswers answers;

    ClusterZones(KubernetesOptions options, WatchedCluster cluster, ClusterAnswers answers) {
        this.options = options;
        this.cluster = cluster;
        this.answers = answers;
    }

    @Override
    public List<Name> zones() {
        return options.zones();
    }

    /// Half a cluster is nothing to give away.
    @Override
    public @Nullable ZoneVersion version(NameKey zone) {
        if (!cluster.store().isSynced()) {
            return null;
        }
        return options.zones().stream()
                .filter(name -> zone.equals(NameKey.of(name)))
                .findFirst()
                .map(this::version)
                .orElse(null);
    }

    private ZoneVersion version(Name zone) {
        var store = options.multicluster().contains(zone) ? cluster.imports() : cluster.store();
        store.serials().take();
        return new Version(zone, store, store.serials().cluster());
    }

    /// What is given away under a serial.
    private final class Version implements ZoneVersion {
        private final Name zone;
        private final ServiceStore store;
        private final long serialSeconds;

        Version(Name zone, ServiceStore store, long serialSeconds) {
            this.zone = zone;
            this.store = store;
            this.serialSeconds = serialSeconds;
        }

        @Override
        public long serial() {
            return serialSeconds & 0xffff_ffffL;
        }

        @Override
        public Record soa() {
            return answers.soa(zone, serialSeconds);
        }

        @Override
        public MoreMessages messages(NameKey question) {
            return KubernetesDirective.isReverse(zone)
                    ? new RecordMessages(
                            question,
                            soa(),
                            answers.nameServerRecords(zone),
                            new ReverseZoneRecords(options, answers, store, zone))
                    : new RecordMessages(
                            question,
                            soa(),
                            ServiceZoneRecords.apex(answers, zone),
                            new ServiceZoneRecords(options, answers, store, zone));
        }
    }
}
