package dev.onoma.plugins.kubernetes;

import dev.onoma.api.Cluster;
import dev.onoma.api.Directive;
import dev.onoma.api.Examinable;
import dev.onoma.api.Examination;
import dev.onoma.api.Handler;
import dev.onoma.api.Log;
import dev.onoma.api.Plugin;
import dev.onoma.api.SearchPath;
import dev.onoma.api.ServerBlock;
import dev.onoma.api.ZoneTransfers;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Answers names of Kubernetes services, endpoints and pods (Kubernetes DNS specification 1.1.0).
public final class Kubernetes implements Plugin, Examinable {
    private static final String NAME = "kubernetes";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Handler setup(List<Directive> occurrences, ServerBlock block) {
        return setup(Directive.once(occurrences), block);
    }

    @Override
    public Handler setup(Directive directive, ServerBlock block) {
        var options = KubernetesDirective.parse(directive, block);
        var log = block.log(NAME);
        var metrics = new KubernetesMetrics(block.metrics(), block.time()::now);
        boolean external = block.loads("k8s_external");
        var api = options.api();
        var snapshot = api == null ? null : api.snapshot();
        var key = identity(options, block) + (snapshot == null ? "" : " snapshot " + snapshot);
        var cluster =
                block.keep(WatchedCluster.class, key, _ -> watch(options, block, log, metrics));
        var store = cluster.store();
        if (external) {
            store.keepExternal();
        }
        var nameServers = new LocalNameServers();
        block.setting(Cluster.class, new ClusterView(options, cluster, nameServers));
        searchPath(options, store, block);
        block.onStart(() -> {
            nameServers.read(block);
            start(cluster, options.startupTimeout(), log);
        });
        block.readiness(NAME, store::isSynced, cluster::waitsFor);
        block.metadataSource(new QueryMetadata(options, store)::tell);
        var answers = new ClusterAnswers(options, store, cluster.imports(), nameServers);
        block.setting(ZoneTransfers.class)
                .ifPresent(transfers ->
                        transfers.offerLive(new ClusterZones(options, cluster, answers), block));
        return new KubernetesHandler(
                options,
                cluster,
                answers,
                new CompiledAnswers(store, cluster.imports(), metrics::compiledAnswerEvicted));
    }

    @Override
    public Examination examination(Directive directive, ServerBlock block) {
        return ClusterExamination.of(KubernetesDirective.parse(directive, block));
    }

    private static void searchPath(
            KubernetesOptions options, ServiceStore store, ServerBlock block) {
        if (block.loads("autopath")) {
            var path = new PodSearchPath(options, store);
            block.setting(SearchPath.class, path);
            block.onStart(path::readNode);
        }
    }

    private static void start(WatchedCluster cluster, Duration timeout, Log log)
            throws InterruptedException {
        if (cluster.start()) {
            return;
        }
        log.info("waiting for %s before starting server".formatted(cluster.name()));
        if (!cluster.await(timeout)) {
            var restored = cluster.store().restoredAt();
            log.warning(
                    restored == null
                            ? "starting server with unsynced %s".formatted(cluster.name())
                            : "starting server with the state of %s, as %s is not read yet"
                                    .formatted(restored, cluster.name()));
        }
    }

    /// What the stores of a cluster are made of, in words.
    private static String identity(KubernetesOptions options, ServerBlock block) {
        return options.sourceText()
                + (block.loads("k8s_external") ? " external" : "")
                + (namesPods(options, block) ? " names of pods" : "");
    }

    /// Whether metadata says which pod asks.
    private static boolean namesPods(KubernetesOptions options, ServerBlock block) {
        return options.pods() == KubernetesOptions.Pods.VERIFIED && block.loads("metadata");
    }

    private static @Nullable SnapshotKeeper keeper(
            KubernetesOptions options, List<ServiceStore> stores, ServerBlock block, Log log) {
        var api = options.api();
        var snapshot = api == null ? null : api.snapshot();
        return snapshot == null
                ? null
                : new SnapshotKeeper(
                        snapshot,
                        identity(options, block),
                        stores,
                        block.time(),
                        log,
                        new SnapshotMetrics(block.metrics()));
    }

    private static WatchedCluster watch(
            KubernetesOptions options, ServerBlock block, Log log, KubernetesMetrics metrics) {
        var pods =
                namesPods(options, block)
                        ? new NamedPods()
                        : new CompactPods(block.random().nextLong());
        var store = new ServiceStore(block.time()::now, pods);
        store.addListener(metrics);
        var imports = new ServiceStore(block.time()::now);
        var stores = options.multicluster().isEmpty() ? List.of(store) : List.of(store, imports);
        return new WatchedCluster(
                store,
                imports,
                source(options, imports, block, log),
                keeper(options, stores, block, log));
    }

    private static ObjectSource source(
            KubernetesOptions options, ServiceStore imports, ServerBlock block, Log log) {
        var manifests = options.manifests();
        var api = options.api();
        if (manifests != null || api == null) {
            var root = Objects.requireNonNull(manifests);
            return new ManifestsSource(root, options.objects(), log::error);
        }
        var details =
                new ObjectDetails(
                        options.podNames(),
                        options.zonal(),
                        namesPods(options, block),
                        block.loads("k8s_external"));
        return new ApiSource(
                api,
                details,
                options.multicluster().isEmpty() ? null : imports,
                log,
                new ApiMetrics(block.metrics(), block.time()::now),
                block.random());
    }
}
