package dev.onoma.api;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;

/// Knows which names the resolver of a client puts behind a short one. A plugin sets it for its
/// server block; `autopath @PLUGIN` uses it.
public interface SearchPath {
    /// The name of the plugin.
    String plugin();

    /// Why nothing is known about any client, for the operator; empty if that is not so.
    default String hindrance() {
        return "";
    }

    /// What the client of a query tries; null if nothing is known about it. Called on event loops.
    @Nullable Domains of(Query query);

    /// Domains that a client tries, one after the other.
    ///
    /// @param names lower case; the last is the root, which stands for the name as it is
    /// @param first of them
    record Domains(List<Name> names, NameKey first) {
        /// Domains in lower case, and then the name as it is.
        ///
        /// @param search at least one
        public static Domains of(List<Name> search) {
            var names = new ArrayList<>(search);
            names.add(Name.root);
            return new Domains(names.stream().distinct().toList(), NameKey.of(names.getFirst()));
        }
    }

    /// The domains of the last line `search` or `domain` of a file like `/etc/resolv.conf`, without
    /// what is no name.
    ///
    /// @throws IOException if the file cannot be read
    static List<Name> ofFile(Path file) throws IOException {
        var search = new ArrayList<Name>();
        for (var line : Files.readAllLines(file)) {
            var words = List.of(line.strip().split("\\s+"));
            boolean domain = words.getFirst().equals("domain");
            if ((!domain && !words.getFirst().equals("search")) || words.size() < 2) {
                continue;
            }
            search.clear();
            for (var word : words.subList(1, domain ? 2 : words.size())) {
                try {
                    search.add(ZoneNames.parse(word));
                } catch (IllegalArgumentException _) {
                    // The C library leaves it out too.
                }
            }
        }
        return List.copyOf(search);
    }
}
