package dev.onoma.server;

import dev.onoma.api.Addresses;
import dev.onoma.server.corefile.Corefile;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.xbill.DNS.Name;

/// What a server prints when it is up: `ZONE:PORT` for each zone, as scripts look for it.
final class Banner {
    private static final Pattern PREFERRED =
            Pattern.compile("(?i)([a-z]([a-z0-9-]*[a-z0-9])?\\.)+|\\.");

    private Banner() {}

    static List<String> lines(Corefile corefile, Instance instance) {
        var lines = new ArrayList<String>();
        for (var id : instance.listeners().keySet()) {
            var zones = new TreeSet<String>();
            for (var block : corefile.blocks()) {
                for (var key : block.keys()) {
                    if (key.scheme().equals(id.scheme()) && key.port() == id.port()) {
                        zones.add(key.zone().toString());
                    }
                }
            }
            var prefix = id.scheme().equals("dns") ? "" : id.scheme() + "://";
            var on = id.address() == null ? "" : " on " + Addresses.text(id.address());
            for (var zone : zones) {
                if (!isPreferred(zone)) {
                    lines.add(
                            "Warning: Domain \"%s\" does not follow RFC1035 preferred syntax"
                                    .formatted(zone));
                }
                lines.add(prefix + zone + ":" + id.port() + on);
            }
        }
        return lines;
    }

    private static boolean isPreferred(String zone) {
        return zone.endsWith(".arpa.")
                || zone.equals(Name.root.toString())
                || PREFERRED.matcher(zone).matches();
    }
}
