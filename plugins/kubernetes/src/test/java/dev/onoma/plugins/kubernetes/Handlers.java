package dev.onoma.plugins.kubernetes;

import dev.onoma.api.Names;
import dev.onoma.api.Outcome;
import dev.onoma.server.wire.Context;
import dev.onoma.server.wire.WireQuery;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;

/// Handlers and queries without a server around them.
final class Handlers {
    /// Whoever resolves here is not allowed to.
    private static final Context CONTEXT =
            new Context() {
                @Override
                public Executor executor() {
                    return Runnable::run;
                }

                @Override
                public Outcome ask(WireQuery inner, WireQuery origin) {
                    throw new IllegalStateException("no server here");
                }
            };

    private Handlers() {}

    static KubernetesOptions options(@Nullable List<Name> fallthrough) {
        return options(fallthrough, List.of());
    }

    /// @param multicluster zones for services of other clusters
    static KubernetesOptions options(@Nullable List<Name> fallthrough, List<Name> multicluster) {
        var zone = Names.of("cluster.local.");
        var zones = new ArrayList<>(List.of(zone, Names.of("in-addr.arpa.")));
        zones.addAll(multicluster);
        return new KubernetesOptions(
                zones,
                zone,
                Path.of("manifests"),
                ManifestOptions.defaults(),
                null,
                Set.of(),
                KubernetesOptions.Pods.DISABLED,
                true,
                false,
                false,
                5,
                fallthrough,
                false,
                multicluster,
                Duration.ZERO);
    }

    static KubernetesHandler over(ServiceStore store, @Nullable List<Name> fallthrough) {
        var options = options(fallthrough);
        var source = new ManifestsSource(Path.of("manifests"), options.objects(), _ -> {});
        return over(new WatchedCluster(store, store, source, null), options);
    }

    static KubernetesHandler over(WatchedCluster cluster, KubernetesOptions options) {
        var store = cluster.store();
        var imports = cluster.imports();
        return new KubernetesHandler(
                options,
                cluster,
                new ClusterAnswers(options, store, imports, new LocalNameServers()),
                new CompiledAnswers(store, imports, () -> {}));
    }

    static byte[] packet(String name, int type) {
        return Message.newQuery(Record.newRecord(Names.of(name), type, DClass.IN)).toWire();
    }

    static WireQuery query() {
        return new WireQuery(CONTEXT);
    }

    static WireQuery query(String name, int type) {
        var query = query();
        var packet = packet(name, type);
        System.arraycopy(packet, 0, query.buffer(packet.length), 0, packet.length);
        query.read(packet.length);
        return query;
    }
}
