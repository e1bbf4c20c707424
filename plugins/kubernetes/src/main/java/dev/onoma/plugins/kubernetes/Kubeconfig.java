package dev.onoma.plugins.kubernetes;

import dev.onoma.api.JsonString;
import dev.onoma.api.Tls;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/// Reads a kubeconfig file: the cluster and the user of one context.
///
/// Understood are authorities and client certificates (files or data), tokens, token files, user
/// and password, and programs that print a token or a certificate. File names are relative to the
/// kubeconfig. What would make us ask somebody else, or as somebody else, and is not understood, is
/// refused.
final class Kubeconfig {
    private final Path file;
    private final Map<?, ?> root;
    private final Tls tls;
    private final InstantSource clock;
    private final SeenFiles seen;

    private Kubeconfig(Path file, Map<?, ?> root, Tls tls, InstantSource clock, SeenFiles seen) {
        this.file = file;
        this.root = root;
        this.tls = tls;
        this.clock = clock;
        this.seen = seen;
    }

    /// @param context empty for the current one
    /// @param seen is told of all files that the access is made of, but for tokens
    /// @throws IOException with a sentence for the operator
    static ApiAccess read(Path file, String context, Tls tls, InstantSource clock, SeenFiles seen)
            throws IOException {
        if (!Files.exists(seen.see(file))) {
            throw new IOException("stat %s: no such file or directory".formatted(file));
        }
        Object root;
        try {
            root = new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(file));
        } catch (YAMLException e) {
            throw new IOException(file + " is not YAML: " + e.getMessage(), e);
        }
        if (!(root instanceof Map<?, ?> map)) {
            throw new IOException(file + " is not a kubeconfig file");
        }
        return new Kubeconfig(file, map, tls, clock, seen).access(context);
    }

    private ApiAccess access(String wanted) throws IOException {
        var name = wanted.isEmpty() ? JsonObjects.text(root, "current-context") : wanted;
        var context = entry("contexts", "context", name);
        var cluster = entry("clusters", "cluster", JsonObjects.text(context, "cluster"));
        var userName = JsonObjects.text(context, "user");
        var user = userName.isEmpty() ? Map.of() : entry("users", "user", userName);
        refuse(cluster, "proxy-url");
        refuse(user, "as");
        refuse(user, "auth-provider");
        var server = server(JsonObjects.text(cluster, "server"));
        var serverName = JsonObjects.text(cluster, "tls-server-name");
        var client = "https".equals(server.getScheme()) ? client(cluster) : null;
        return new ApiAccess(
                server,
                client == null ? null : client.as(identity(user)),
                serverName.isEmpty() ? null : serverName,
                credentials(cluster, user, client),
                true);
    }

    private void refuse(Map<?, ?> owner, String key) throws IOException {
        if (owner.get(key) != null) {
            throw new IOException(
                    "%s: \"%s\" is not supported; \"kubectl proxy\" knows it: serve that, and write endpoint http://127.0.0.1:8001"
                            .formatted(file, key));
        }
    }

    private URI server(String text) throws IOException {
        try {
            return ApiAddress.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    private Map<?, ?> entry(String list, String key, String name) throws IOException {
        if (root.get(list) instanceof List<?> entries) {
            for (var entry : entries) {
                if (entry instanceof Map<?, ?> map && name.equals(map.get("name"))) {
                    return JsonObjects.map(map, key);
                }
            }
        }
        throw new IOException("%s has no %s \"%s\"".formatted(file, key, name));
    }

    /// TLS to a cluster.
    private interface Client {
        /// @param own who one is there
        SSLContext as(Optional<Tls.Identity> own) throws IOException;
    }

    private Client client(Map<?, ?> cluster) throws IOException {
        if (Boolean.TRUE.equals(cluster.get("insecure-skip-tls-verify"))) {
            return Tls::trustingAnybody;
        }
        var authorities = octets(cluster, "certificate-authority");
        List<X509Certificate> trusted =
                authorities == null ? List.of() : tls.certificates(authorities);
        return own -> tls.client(own, trusted);
    }

    private Optional<Tls.Identity> identity(Map<?, ?> user) throws IOException {
        var certificate = octets(user, "client-certificate");
        var key = octets(user, "client-key");
        return certificate != null && key != null
                ? Optional.of(tls.identity(certificate, key, Optional.empty()))
                : Optional.empty();
    }

    /// The content of `NAME-data`, else of the file that `NAME` says.
    private byte @Nullable [] octets(Map<?, ?> owner, String name) throws IOException {
        var data = JsonObjects.text(owner, name + "-data");
        if (!data.isEmpty()) {
            try {
                return Base64.getMimeDecoder().decode(data);
            } catch (IllegalArgumentException e) {
                throw new IOException("%s: %s-data is not base64".formatted(file, name), e);
            }
        }
        var path = JsonObjects.text(owner, name);
        return path.isEmpty() ? null : Files.readAllBytes(seen.see(beside(path)));
    }

    private Path beside(String path) {
        return file.toAbsolutePath().resolveSibling(path);
    }

    private ApiCredentials credentials(Map<?, ?> cluster, Map<?, ?> user, @Nullable Client client)
            throws IOException {
        var token = JsonObjects.text(user, "token");
        var tokenFile = JsonObjects.text(user, "tokenFile");
        var name = JsonObjects.text(user, "username");
        if (!tokenFile.isEmpty()) {
            return new FileToken(beside(tokenFile));
        }
        if (!token.isEmpty()) {
            return () -> "Bearer " + token;
        }
        if (!name.isEmpty()) {
            var pair = name + ":" + JsonObjects.text(user, "password");
            var octets = pair.getBytes(StandardCharsets.UTF_8);
            var value = "Basic " + Base64.getEncoder().encodeToString(octets);
            return () -> value;
        }
        if (user.get("exec") instanceof Map<?, ?> exec) {
            return program(exec, cluster, client);
        }
        return ApiCredentials.NONE;
    }

    private ApiCredentials program(Map<?, ?> exec, Map<?, ?> cluster, @Nullable Client client)
            throws IOException {
        var program = JsonObjects.text(exec, "command");
        if (program.isEmpty()) {
            throw new IOException(file + ": exec without a command");
        }
        var command = new ArrayList<String>();
        command.add(program.contains("/") ? beside(program).toString() : program);
        if (exec.get("args") instanceof List<?> list) {
            list.forEach(argument -> command.add(String.valueOf(argument)));
        }
        var environment = new HashMap<String, String>();
        if (exec.get("env") instanceof List<?> list) {
            for (var entry : list) {
                if (entry instanceof Map<?, ?> map) {
                    environment.put(JsonObjects.text(map, "name"), JsonObjects.text(map, "value"));
                }
            }
        }
        environment.put("KUBERNETES_EXEC_INFO", info(exec, cluster));
        return new ExecCredential(
                command,
                environment,
                (certificate, key) -> {
                    if (client == null) {
                        throw new IOException("a certificate is of no use without https");
                    }
                    return client.as(Optional.of(tls.identity(certificate, key, Optional.empty())));
                },
                clock);
    }

    /// What a program is told, in JSON; of the cluster only if it wants to know.
    private String info(Map<?, ?> exec, Map<?, ?> cluster) throws IOException {
        var about = "";
        if (Boolean.TRUE.equals(exec.get("provideClusterInfo"))) {
            var authorities = octets(cluster, "certificate-authority");
            about =
                    "\"cluster\":{\"server\":%s,\"tls-server-name\":%s,\"insecure-skip-tls-verify\":%s,\"certificate-authority-data\":\"%s\"},"
                            .formatted(
                                    JsonString.quoted(JsonObjects.text(cluster, "server")),
                                    JsonString.quoted(JsonObjects.text(cluster, "tls-server-name")),
                                    Boolean.TRUE.equals(cluster.get("insecure-skip-tls-verify")),
                                    authorities == null
                                            ? ""
                                            : Base64.getEncoder().encodeToString(authorities));
        }
        return "{\"apiVersion\":%s,\"kind\":\"ExecCredential\",\"spec\":{%s\"interactive\":false}}"
                .formatted(JsonString.quoted(JsonObjects.text(exec, "apiVersion")), about);
    }
}
