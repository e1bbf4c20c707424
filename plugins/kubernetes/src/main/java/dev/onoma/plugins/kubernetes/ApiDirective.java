package dev.onoma.plugins.kubernetes;

import dev.onoma.api.Arguments;
import dev.onoma.api.Directive;
import dev.onoma.api.ServerBlock;
import dev.onoma.api.Tls;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Reads those properties of `kubernetes` that are about the API server.
final class ApiDirective {
    private final ServerBlock block;
    private final List<String> words = new ArrayList<>();
    private @Nullable URI endpoint;
    private Tls.ClientFiles files = Tls.ClientFiles.NONE;
    private @Nullable ApiAccesses kubeconfig;
    private @Nullable Directive first;
    private double queriesPerSecond;
    private int burst = 1;
    private int inFlightMax;
    private @Nullable SnapshotOptions snapshot;

    ApiDirective(ServerBlock block) {
        this.block = block;
    }

    /// The first of them that stands in the Corefile.
    @Nullable Directive first() {
        return first;
    }

    /// Reads the property if it is one of these.
    boolean property(Directive property) {
        switch (property.name()) {
            case "endpoint" -> endpoint(property);
            case "tls" -> tls(property);
            case "kubeconfig" -> kubeconfig(property);
            case "apiserver_qps" ->
                    end(
                            property,
                            a -> queriesPerSecond = a.decimal("QPS", 0, Float.MAX_VALUE),
                            "QPS");
            case "apiserver_burst" -> end(property, a -> burst = a.number("BURST", 0), "BURST");
            case "apiserver_max_inflight" ->
                    end(property, a -> inFlightMax = a.number("COUNT", 0), "COUNT");
            case "snapshot" -> {
                snapshot(property);
                first = first == null ? property : first;
                return true; // where the state is kept does not change what it is
            }
            default -> {
                return false;
            }
        }
        first = first == null ? property : first;
        words.add(property.text());
        return true;
    }

    /// @param identity of the rest of the directive, as far as it matters here
    ApiOptions options(
            String identity,
            LabelSelector labels,
            LabelSelector namespaceLabels,
            boolean endpoints,
            boolean pods,
            boolean imports) {
        return new ApiOptions(
                words + " " + identity,
                access(),
                labels.text(),
                namespaceLabels.text(),
                endpoints,
                pods,
                imports,
                queriesPerSecond,
                burst,
                inFlightMax,
                snapshot);
    }

    private ApiAccesses access() {
        var fromFile = kubeconfig;
        if (fromFile != null) {
            return fromFile;
        }
        var tls = block.service(Tls.class);
        var server = endpoint;
        return following(
                server == null
                        ? seen -> InCluster.read(System.getenv(), InCluster.ACCOUNT, tls, seen)
                        : seen -> at(server, files, tls, seen));
    }

    private AccessFiles following(AccessFiles.Reader reader) {
        return new AccessFiles(reader, block.log("kubernetes"));
    }

    private static ApiAccess at(URI server, Tls.ClientFiles files, Tls tls, SeenFiles seen)
            throws IOException {
        Stream.of(files.certificate(), files.key(), files.authorities())
                .flatMap(Optional::stream)
                .forEach(seen::see);
        var context = "https".equals(server.getScheme()) ? tls.client(files) : null;
        return new ApiAccess(server, context, null, ApiCredentials.NONE, true);
    }

    private void endpoint(Directive property) {
        var urls = property.arguments("URL").restNotEmpty("URL");
        if (urls.size() > 1) {
            property.warnAt(
                    2,
                    "Multiple endpoints have been deprecated, only the first specified endpoint '%s' is used"
                            .formatted(urls.getFirst()));
        }
        try {
            endpoint = ApiAddress.parse(urls.getFirst());
        } catch (IllegalArgumentException e) {
            throw property.wrongAt(1, String.valueOf(e.getMessage()));
        }
    }

    private void snapshot(Directive property) {
        var arguments = property.arguments("PATH [AGE]");
        var file = block.file(arguments.text("PATH"));
        var ageMax =
                arguments.durationOr("AGE", Duration.ofSeconds(1), SnapshotOptions.AGE_MAX_DEFAULT);
        arguments.expectEnd();
        snapshot = new SnapshotOptions(file, ageMax);
    }

    private void tls(Directive property) {
        var arguments = property.arguments("CERT KEY CACERT");
        arguments.text("CERT");
        arguments.text("KEY");
        arguments.text("CACERT");
        arguments.expectEnd();
        // Says now what is wrong with them.
        var _ = block.service(Tls.class).client(property.arguments(Tls.USAGE), block);
        files = Tls.ClientFiles.read(property.arguments(Tls.USAGE), block);
    }

    private void kubeconfig(Directive property) {
        var arguments = property.arguments("FILE [CONTEXT]");
        var file = block.file(arguments.text("FILE"));
        var context = arguments.textOr("CONTEXT", "");
        arguments.expectEnd();
        var service = block.service(Tls.class);
        var followed =
                following(seen -> Kubeconfig.read(file, context, service, block.time()::now, seen));
        try {
            var _ = followed.now();
            kubeconfig = followed;
        } catch (IOException e) {
            throw property.wrongAt(1, String.valueOf(e.getMessage()));
        }
    }

    /// Reads one argument and nothing behind it.
    private static void end(Directive property, Consumer<Arguments> read, String usage) {
        var arguments = property.arguments(usage);
        read.accept(arguments);
        arguments.expectEnd();
    }
}
