package dev.onoma.server.doctor;

import dev.onoma.api.Addresses;
import dev.onoma.api.Names;
import dev.onoma.api.SearchPath;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.xbill.DNS.Name;

/// What the resolver of a client is told, and what it makes of a short name: resolv.conf(5).
///
/// @param servers the first of them is asked first
/// @param search behind short names, in this order
/// @param ndots names with fewer dots are tried with `search` first
record ResolvConf(List<InetAddress> servers, List<Name> search, int ndots) {
    static final ResolvConf NONE = new ResolvConf(List.of(), List.of(), 1);

    private static final int NDOTS_MAX = 15;

    static ResolvConf read(Path file) throws IOException {
        var servers = new ArrayList<InetAddress>();
        int ndots = 1;
        for (var line : Files.readAllLines(file)) {
            var words = List.of(line.strip().split("\\s+"));
            if (words.size() < 2) {
                continue;
            }
            switch (words.getFirst()) {
                case "nameserver" -> Addresses.parse(words.get(1)).ifPresent(servers::add);
                case "options" -> ndots = ndots(words.subList(1, words.size()), ndots);
                default -> {
                    // "search" and "domain" are read below, the rest says nothing about names
                }
            }
        }
        return new ResolvConf(List.copyOf(servers), SearchPath.ofFile(file), ndots);
    }

    private static int ndots(List<String> options, int before) {
        int ndots = before;
        for (var option : options) {
            if (option.matches("ndots:[0-9]{1,3}")) {
                ndots = Math.min(NDOTS_MAX, Integer.parseInt(option.substring(6)));
            }
        }
        return ndots;
    }

    /// The names that are tried for what somebody wrote, in order.
    ///
    /// @throws IllegalArgumentException if it is no name
    List<Name> tries(String written) {
        var asIs = Names.of(written);
        if (written.endsWith(".")) {
            return List.of(asIs);
        }
        var searched = new ArrayList<Name>();
        for (var domain : search) {
            try {
                searched.add(Name.concatenate(Name.fromString(written), domain));
            } catch (IOException _) {
                // Too long together: the C library leaves it out as well.
            }
        }
        boolean many = written.chars().filter(c -> c == '.').count() >= ndots;
        searched.add(many ? 0 : searched.size(), asIs);
        return searched;
    }
}
