package dev.onoma.plugins.tls;

import dev.onoma.api.Arguments;
import dev.onoma.api.CorefileException;
import dev.onoma.api.Directive;
import dev.onoma.api.ServerBlock;
import dev.onoma.api.Tls;
import java.io.IOException;
import java.net.IDN;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// What stands in a directive without files.
///
/// @param domains of the certificate, in lower case and ASCII, without doubles
/// @param authority the URL of its directory
/// @param storage the folder of keys and certificates
/// @param trusted whose certificate the authority must show; those of the machine if empty
record AcmeOptions(
        List<String> domains,
        Optional<String> email,
        URI authority,
        Path storage,
        List<X509Certificate> trusted) {
    static final String AUTHORITY = "https://acme-v02.api.letsencrypt.org/directory";
    private static final int DOMAINS_MAX = 100;

    private static final String LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
    private static final Pattern DOMAIN = Pattern.compile("(" + LABEL + "\\.)*" + LABEL);
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|.*:.*");

    /// Reads `tls { acme DOMAIN..., email ADDRESS, ca URL, storage DIRECTORY, ca_root FILE,
    /// resolver HOST:PORT }`.
    ///
    /// @throws CorefileException that points at the wrong word and offers a right one
    static AcmeOptions read(Directive tls, ServerBlock block) {
        var read = new Reader(block);
        tls.propertiesOnce("acme", "email", "ca", "storage", "ca_root", "resolver")
                .forEach(read::property);
        if (read.domains.isEmpty()) {
            throw tls.wrong(
                    "ACME requires at least one domain: write tls CERT KEY, or tls { acme DOMAIN }");
        }
        return new AcmeOptions(
                List.copyOf(read.domains), read.email, read.authority, read.storage, read.trusted);
    }

    /// What two directives that share a certificate have in common.
    String key() {
        var names = new ArrayList<>(domains);
        names.sort(null);
        return names + " " + email + " " + authority + " " + storage + " " + trusted.hashCode();
    }

    private static final class Reader {
        private final ServerBlock block;
        private final LinkedHashSet<String> domains = new LinkedHashSet<>();
        private Optional<String> email = Optional.empty();
        private URI authority = URI.create(AUTHORITY);
        private Path storage;
        private List<X509Certificate> trusted = List.of();

        Reader(ServerBlock block) {
            this.block = block;
            storage = block.file(".coredns/acme");
        }

        void property(Directive property) {
            switch (property.name()) {
                case "acme" -> domains(property.arguments("DOMAIN..."));
                case "email" -> email = Optional.of(text(property, "ADDRESS"));
                case "ca" -> authority = authority(property);
                case "storage" -> storage = block.file(text(property, "DIRECTORY"));
                case "ca_root" -> trusted = trusted(property);
                case "resolver" -> resolver(property);
                default ->
                        throw property.unknown(
                                "acme", "email", "ca", "storage", "ca_root", "resolver");
            }
        }

        private static String text(Directive property, String what) {
            var arguments = property.arguments(what);
            var text = arguments.text(what);
            arguments.expectEnd();
            return text;
        }

        private void domains(Arguments arguments) {
            do {
                var word = arguments.text("DOMAIN");
                domains.add(
                        domain(word)
                                .orElseThrow(() ->
                                        arguments.wrong("invalid ACME domain \"" + word + "\"")));
            } while (arguments.hasNext());
            if (domains.size() > DOMAINS_MAX) {
                throw arguments.wrong(
                        "a certificate is for at most %d domains, not %d"
                                .formatted(DOMAINS_MAX, domains.size()));
            }
        }

        private static Optional<String> domain(String word) {
            var text = word.endsWith(".") ? word.substring(0, word.length() - 1) : word;
            var star = text.startsWith("*.") ? "*." : "";
            try {
                var name =
                        IDN.toASCII(text.substring(star.length()), IDN.USE_STD3_ASCII_RULES)
                                .toLowerCase(Locale.ROOT);
                boolean valid =
                        name.length() <= 253
                                && DOMAIN.matcher(name).matches()
                                && !ADDRESS.matcher(name).matches();
                return valid ? Optional.of(star + name) : Optional.empty();
            } catch (IllegalArgumentException _) {
                return Optional.empty();
            }
        }

        private static URI authority(Directive property) {
            var text = text(property, "URL");
            try {
                var url = new URI(text);
                boolean http = "https".equals(url.getScheme()) || "http".equals(url.getScheme());
                if (http && url.getHost() != null) {
                    return url;
                }
            } catch (URISyntaxException _) {
                // said below
            }
            throw property.wrongAt(1, "invalid ACME CA URL \"" + text + "\"");
        }

        private List<X509Certificate> trusted(Directive property) {
            var file = block.file(text(property, "FILE"));
            try {
                return block.service(Tls.class).certificates(file);
            } catch (IOException e) {
                throw property.wrongAt(
                        1, "reading ACME CA root \"%s\": %s".formatted(file, e.getMessage()));
            }
        }

        private static void resolver(Directive property) {
            var text = text(property, "HOST:PORT");
            int colon = text.lastIndexOf(':');
            if (colon < 0) {
                throw property.wrongAt(1, "invalid ACME resolver \"%s\"".formatted(text));
            }
            if (colon == 0) {
                throw property.wrongAt(
                        1, "invalid ACME resolver \"%s\": host is empty".formatted(text));
            }
            var port = text.substring(colon + 1);
            if (!port.matches("[0-9]{1,5}")
                    || Integer.parseInt(port) < 1
                    || Integer.parseInt(port) > 65535) {
                throw property.wrongAt(1, "invalid ACME resolver port \"%s\"".formatted(port));
            }
            property.warn("resolver is ignored: the authority is found as the machine finds it");
        }
    }
}
