package dev.onoma.api;

import java.util.List;
import org.xbill.DNS.Name;

/// Set by `metadata`: for which names the sources of [ServerBlock#metadataSource] are asked.
public record MetadataZones(List<Name> zones) {
    public MetadataZones {
        zones = List.copyOf(zones);
    }
}
