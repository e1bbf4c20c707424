package dev.onoma.plugins.prometheus;

import dev.onoma.api.Durations;
import dev.onoma.api.ServerTls.ClientAuth;
import dev.onoma.api.Tls;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a web configuration file of Prometheus's exporters says: the format of its
/// exporter-toolkit, so that a file that other exporters read can be given to us too.
///
/// @param encryption nothing for plain HTTP
/// @param headers that every answer gets
/// @param users their bcrypt hashes by name; empty for everybody
/// @param rate nothing for no limit
record WebConfiguration(
        Optional<Encryption> encryption,
        Map<String, String> headers,
        Map<String, String> users,
        Optional<Rate> rate) {

    /// TLS, and what it asks of clients.
    ///
    /// @param certificate and key, each a file or a text in the file
    /// @param clientAuthorities empty for those of the machine
    /// @param suites cipher suites of TLS 1.2 by the JDK's names; empty for ours
    /// @param groups of the key exchange by the JDK's names; empty for the JDK's
    /// @param clientSans one of which a client's certificate must name; empty for any
    record Encryption(
            Pem certificate,
            Pem key,
            ClientAuth clientAuth,
            Optional<Pem> clientAuthorities,
            List<String> protocols,
            List<String> suites,
            List<String> groups,
            Set<String> clientSans) {}

    /// A PEM text, or the file of one.
    record Pem(Optional<Path> file, String text) {}

    /// How many requests are answered.
    ///
    /// @param interval in which one more may come
    record Rate(Duration interval, int burst) {}

    private static final Pattern BCRYPT =
            Pattern.compile("\\$2[aby]\\$(0[4-9]|[12][0-9]|3[01])\\$[./A-Za-z0-9]{53}");

    private static final Map<String, ClientAuth> CLIENT_AUTH =
            Map.of(
                    "", ClientAuth.NOCERT,
                    "NoClientCert", ClientAuth.NOCERT,
                    "RequestClientCert", ClientAuth.REQUEST,
                    "RequireClientCert", ClientAuth.REQUIRE,
                    "RequireAnyClientCert", ClientAuth.REQUIRE,
                    "VerifyClientCertIfGiven", ClientAuth.VERIFY_IF_GIVEN,
                    "RequireAndVerifyClientCert", ClientAuth.REQUIRE_AND_VERIFY);

    private static final Map<String, String> GROUPS =
            Map.of(
                    "CurveP256", "secp256r1",
                    "CurveP384", "secp384r1",
                    "CurveP521", "secp521r1",
                    "X25519", "x25519");

    private static final List<String> VERSIONS = List.of("TLS10", "TLS11", "TLS12", "TLS13");

    /// Headers that may be set, and the values that they may have; none for any.
    private static final Map<String, List<String>> HEADERS =
            Map.of(
                    "Strict-Transport-Security", List.of(),
                    "X-Content-Type-Options", List.of("nosniff"),
                    "X-Frame-Options", List.of("deny", "sameorigin"),
                    "X-XSS-Protection", List.of(),
                    "Content-Security-Policy", List.of());

    /// Reads a file.
    ///
    /// @throws IOException with a sentence for the operator, if it says something that cannot be
    ///   done. Secrets are not in it.
    static WebConfiguration read(Path file, byte[] content) throws IOException {
        var top = WebYaml.read(file, new String(content, StandardCharsets.UTF_8));
        top.expectKeys("tls_server_config", "http_server_config", "basic_auth_users", "rate_limit");
        var folder = file.toAbsolutePath().getParent();
        return new WebConfiguration(
                encryption(top.mapping("tls_server_config"), folder == null ? file : folder),
                headers(top.mapping("http_server_config")),
                users(top.mapping("basic_auth_users")),
                rate(top.mapping("rate_limit")));
    }

    private static Optional<Encryption> encryption(WebYaml tls, Path folder) throws IOException {
        tls.expectKeys(
                "cert",
                "key",
                "client_ca",
                "cert_file",
                "key_file",
                "client_auth_type",
                "client_ca_file",
                "cipher_suites",
                "curve_preferences",
                "min_version",
                "max_version",
                "prefer_server_cipher_suites",
                "client_allowed_sans");
        var certificate = pem(tls, "cert", folder);
        var key = pem(tls, "key", folder);
        var authorities = pem(tls, "client_ca", folder);
        var auth = CLIENT_AUTH.get(tls.text("client_auth_type", ""));
        if (auth == null) {
            throw tls.wrong("client_auth_type", "is none of " + String.join(", ", names()));
        }
        if (certificate.isEmpty()
                && key.isEmpty()
                && authorities.isEmpty()
                && !tls.has("client_auth_type")) {
            return Optional.empty();
        }
        if (authorities.isPresent() && !auth.isAsked()) {
            throw tls.wrong("client_ca_file", "is of no use without client_auth_type");
        }
        return Optional.of(
                new Encryption(
                        certificate.orElseThrow(() -> tls.missing("cert_file")),
                        key.orElseThrow(() -> tls.missing("key_file")),
                        auth,
                        authorities,
                        protocols(tls),
                        suites(tls),
                        groups(tls),
                        Set.copyOf(tls.texts("client_allowed_sans"))));
    }

    private static List<String> names() {
        return CLIENT_AUTH.keySet().stream().filter(name -> !name.isEmpty()).sorted().toList();
    }

    private static Optional<Pem> pem(WebYaml tls, String name, Path folder) throws IOException {
        var path = tls.text(name + "_file", "");
        if (!path.isEmpty()) {
            return Optional.of(new Pem(Optional.of(folder.resolve(path)), ""));
        }
        var text = tls.text(name, "");
        return text.isEmpty() ? Optional.empty() : Optional.of(new Pem(Optional.empty(), text));
    }

    // Older versions than 1.2 are never spoken, whatever the file allows.
    private static List<String> protocols(WebYaml tls) throws IOException {
        int min = version(tls, "min_version", "TLS12");
        int max = version(tls, "max_version", "TLS13");
        var spoken = new ArrayList<String>();
        for (var protocol : Tls.PROTOCOLS) {
            int version = VERSIONS.indexOf(protocol.replace("v1.", "1"));
            if (version >= min && version <= max) {
                spoken.add(protocol);
            }
        }
        if (spoken.isEmpty()) {
            throw tls.wrong(
                    tls.has("max_version") ? "max_version" : "min_version",
                    "leaves neither TLS 1.2 nor TLS 1.3");
        }
        return List.copyOf(spoken);
    }

    private static int version(WebYaml tls, String name, String otherwise) throws IOException {
        int version = VERSIONS.indexOf(tls.text(name, otherwise));
        if (version < 0) {
            throw tls.wrong(name, "is none of " + String.join(", ", VERSIONS));
        }
        return version;
    }

    private static List<String> suites(WebYaml tls) throws IOException {
        var known = WebTls.suites();
        for (var suite : tls.texts("cipher_suites")) {
            if (!known.contains(suite)) {
                throw tls.wrong("cipher_suites", "has an unknown or unsafe one: " + suite);
            }
        }
        return tls.texts("cipher_suites");
    }

    private static List<String> groups(WebYaml tls) throws IOException {
        var groups = new ArrayList<String>();
        for (var curve : tls.texts("curve_preferences")) {
            var group = GROUPS.get(curve);
            if (group == null) {
                throw tls.wrong("curve_preferences", "has an unknown one: " + curve);
            }
            groups.add(group);
        }
        return List.copyOf(groups);
    }

    private static Map<String, String> headers(WebYaml http) throws IOException {
        http.expectKeys("http2", "headers");
        var _ = http.text("http2", ""); // HTTP/1.1 is what is spoken; clients agree by ALPN
        var all = new HashMap<String, String>();
        var headers = http.mapping("headers");
        for (var name : headers.keys()) {
            var value = headers.text(name, "");
            var allowed = HEADERS.get(name);
            if (allowed == null) {
                throw headers.wrong(name, "cannot be configured");
            }
            if (!allowed.isEmpty() && !allowed.contains(value)) {
                throw headers.wrong(name, "is none of " + String.join(", ", allowed));
            }
            if (value.chars().anyMatch(c -> c < ' ' || c > '~')) {
                throw headers.wrong(name, "has characters that no header has");
            }
            all.put(name, value);
        }
        return Map.copyOf(all);
    }

    private static Map<String, String> users(WebYaml users) throws IOException {
        var all = new HashMap<String, String>();
        for (var name : users.keys()) {
            var hash = users.text(name, "");
            if (!BCRYPT.matcher(hash).matches()) {
                throw users.wrong(name, "has no bcrypt hash ($2y$...), as htpasswd -B makes it");
            }
            all.put(name, hash);
        }
        return Map.copyOf(all);
    }

    private static Optional<Rate> rate(WebYaml rate) throws IOException {
        rate.expectKeys("interval", "burst");
        var text = rate.text("interval", "0");
        var interval = interval(rate, text);
        if (interval.isZero()) {
            return Optional.empty();
        }
        var burst = rate.text("burst", "0");
        if (!burst.matches("[1-9][0-9]{0,8}")) {
            throw rate.wrong("burst", "is 1 to 999999999 requests");
        }
        return Optional.of(new Rate(interval, Integer.parseInt(burst)));
    }

    private static Duration interval(WebYaml rate, String text) throws IOException {
        @Nullable Duration interval;
        try {
            interval = Durations.parse(text);
        } catch (IllegalArgumentException _) {
            interval = null;
        }
        if (interval == null || interval.isNegative()) {
            throw rate.wrong("interval", "is a duration like 500ms or 1s");
        }
        return interval;
    }
}
