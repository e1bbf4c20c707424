package dev.onoma.plugins.kubernetes;

import dev.onoma.api.Tls;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// The API server of the cluster that this process runs in, as a pod.
final class InCluster {
    /// Where kubelet puts the token and the certificate of the authority.
    static final Path ACCOUNT = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");

    private InCluster() {}

    /// @param environment of the process
    /// @param account where the files of the service account are
    /// @param seen is told of those that are not looked at anyway
    /// @throws IOException with a sentence for the operator
    static ApiAccess read(Map<String, String> environment, Path account, Tls tls, SeenFiles seen)
            throws IOException {
        var host = environment.getOrDefault("KUBERNETES_SERVICE_HOST", "");
        var port = environment.getOrDefault("KUBERNETES_SERVICE_PORT", "");
        if (host.isEmpty() || port.isEmpty()) {
            throw new IOException(
                    "unable to load in-cluster configuration, KUBERNETES_SERVICE_HOST and"
                            + " KUBERNETES_SERVICE_PORT must be defined; outside of a cluster add"
                            + " one of the lines: manifests DIR, endpoint URL, kubeconfig FILE");
        }
        var bracketed = host.contains(":") ? "[" + host + "]" : host;
        var files =
                new Tls.ClientFiles(
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(seen.see(account.resolve("ca.crt"))));
        return new ApiAccess(
                URI.create("https://%s:%s".formatted(bracketed, port)),
                tls.client(files),
                null,
                new FileToken(account.resolve("token")),
                true);
    }
}
