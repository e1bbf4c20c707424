package dev.onoma.plugins.kubernetes;

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
/// and password, and programs that print a token. File names are relative to the kubeconfig.
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
        var server = server(JsonObjects.text(cluster, "server"));
        var serverName = JsonObjects.text(cluster, "tls-server-name");
        return new ApiAccess(
                server,
                "https".equals(server.getScheme()) ? tls(cluster, user) : null,
                serverName.isEmpty() ? null : serverName,
                credentials(user),
                true);
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

    private SSLContext tls(Map<?, ?> cluster, Map<?, ?> user) throws IOException {
        var authorities = octets(cluster, "certificate-authority");
        var certificate = octets(user, "client-certificate");
        var key = octets(user, "client-key");
        Optional<Tls.Identity> own =
                certificate != null && key != null
                        ? Optional.of(tls.identity(certificate, key, Optional.empty()))
                        : Optional.empty();
        if (Boolean.TRUE.equals(cluster.get("insecure-skip-tls-verify"))) {
            return Tls.trustingAnybody(own);
        }
        List<X509Certificate> trusted =
                authorities == null ? List.of() : tls.certificates(authorities);
        return tls.client(own, trusted);
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

    private ApiCredentials credentials(Map<?, ?> user) throws IOException {
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
            return program(exec);
        }
        if (user.get("auth-provider") != null) {
            throw new IOException(
                    file
                            + ": auth-provider is gone from Kubernetes since 1.26;"
                            + " use exec, which every provider has a program for");
        }
        return ApiCredentials.NONE;
    }

    private ApiCredentials program(Map<?, ?> exec) throws IOException {
        var command = JsonObjects.text(exec, "command");
        if (command.isEmpty()) {
            throw new IOException(file + ": exec without a command");
        }
        var arguments = new ArrayList<String>();
        if (exec.get("args") instanceof List<?> list) {
            list.forEach(argument -> arguments.add(String.valueOf(argument)));
        }
        var environment = new HashMap<String, String>();
        if (exec.get("env") instanceof List<?> list) {
            for (var entry : list) {
                if (entry instanceof Map<?, ?> map) {
                    environment.put(JsonObjects.text(map, "name"), JsonObjects.text(map, "value"));
                }
            }
        }
        var program = command.contains("/") ? beside(command).toString() : command;
        var version = JsonObjects.text(exec, "apiVersion");
        return new ExecToken(program, arguments, environment, version, clock);
    }
}
