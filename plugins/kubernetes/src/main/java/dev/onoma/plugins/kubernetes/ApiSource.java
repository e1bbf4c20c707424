package dev.onoma.plugins.kubernetes;

import dev.onoma.api.Log;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A cluster, read from its API server and followed.
///
/// Each resource has an [ApiWatch] on a virtual thread and a connection of its own; one lock, held
/// for the length of one object, makes them one writer.
final class ApiSource implements ObjectSource {
    private static final String FIELDS_OF_PODS =
            "&fieldSelector="
                    + encoded("status.phase!=Succeeded,status.phase!=Failed,status.phase!=Unknown");

    private final ApiOptions options;
    private final ObjectDetails details;
    private final @Nullable ObjectSink imports;
    private final Log log;
    private final ApiMetrics metrics;
    private final RandomGenerator random;
    private final ApiConnection.Lookup lookup;
    private final ApiPatience patience;
    private final RequestLimiter limiter;
    private final Trouble trouble;
    private final Lock lock = new ReentrantLock();
    private final List<ApiWatch> watches = new CopyOnWriteArrayList<>();
    private final AtomicInteger unlisted = new AtomicInteger();
    private final String agent;
    private volatile boolean failing;
    private volatile @Nullable ApiAccess access; // at the start; the server stays the same
    private @Nullable ObjectSink sink;

    /// @param imports where services of other clusters go, if they are asked for
    ApiSource(
            ApiOptions options,
            ObjectDetails details,
            @Nullable ObjectSink imports,
            Log log,
            ApiMetrics metrics,
            RandomGenerator random) {
        this(
                options,
                details,
                imports,
                log,
                metrics,
                random,
                InetAddress::getAllByName,
                ApiPatience.DEFAULT);
    }

    /// @param lookup finds the server's addresses
    /// @param patience how long what is waited for
    ApiSource(
            ApiOptions options,
            ObjectDetails details,
            @Nullable ObjectSink imports,
            Log log,
            ApiMetrics metrics,
            RandomGenerator random,
            ApiConnection.Lookup lookup,
            ApiPatience patience) {
        this.options = options;
        this.details = details;
        this.imports = imports;
        this.log = log;
        this.metrics = metrics;
        this.random = random;
        this.lookup = lookup;
        this.patience = patience;
        this.limiter =
                new RequestLimiter(
                        options.queriesPerSecond(), options.burst(), options.inFlightMax());
        this.trouble = new Trouble(log::error, System::nanoTime);
        var version = ApiSource.class.getPackage().getImplementationVersion();
        this.agent = "Onoma/" + (version == null ? "dev" : version);
    }

    @Override
    public String name() {
        return "Kubernetes API";
    }

    @Override
    public boolean isFailing() {
        return failing;
    }

    @Override
    public String waitsFor() {
        var reasons = new LinkedHashMap<String, List<String>>();
        for (var watch : watches) {
            if (!watch.isListed()) {
                reasons.computeIfAbsent(watch.problem(), _ -> new ArrayList<>())
                        .add(watch.resource().label());
            }
        }
        var used = access;
        var from = used == null ? "" : " from " + used.server();
        return reasons.entrySet().stream()
                .map(reason ->
                        "%s not listed yet%s%s"
                                .formatted(
                                        String.join(", ", reason.getValue()),
                                        from,
                                        reason.getKey().isEmpty() ? "" : ": " + reason.getKey()))
                .collect(Collectors.joining("; "));
    }

    @Override
    public synchronized void start(ObjectSink to) {
        sink = to;
        access = first();
        watch(ApiResource.NAMESPACES, options.namespaceLabels(), "", to);
        watch(ApiResource.SERVICES, options.labels(), "", to);
        if (options.endpoints()) {
            watch(ApiResource.SLICES, options.labels(), "", to);
        }
        if (options.pods()) {
            watch(ApiResource.PODS, options.labels(), FIELDS_OF_PODS, to);
        }
        var others = imports;
        if (others != null) {
            watch(ApiResource.IMPORTS, options.labels(), "", others);
            var named =
                    options.labels().isEmpty()
                            ? ObjectParts.IMPORT_NAME
                            : options.labels() + "," + ObjectParts.IMPORT_NAME;
            watch(ApiResource.IMPORTED_SLICES, named, "", others);
        }
        unlisted.set(watches.size());
        watches.forEach(watch -> Thread.ofVirtual().name("onoma-api").start(watch::run));
    }

    /// Without files to begin with there is no server to wait for.
    private ApiAccess first() {
        try {
            return options.access().now();
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    private void watch(ApiResource resource, String labels, String fields, ObjectSink to) {
        var selector = labels.isEmpty() ? "" : "&labelSelector=" + encoded(labels);
        var parts = new ObjectParts(details, log::warning);
        var connection = new ApiConnection(options.access(), agent, lookup, patience);
        watches.add(new ApiWatch(resource, selector + fields, this, connection, parts, to));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    Lock lock() {
        return lock;
    }

    ApiPatience patience() {
        return patience;
    }

    RandomGenerator random() {
        return random;
    }

    ApiMetrics metrics() {
        return metrics;
    }

    RequestLimiter limiter() {
        return limiter;
    }

    boolean protobuf() {
        var used = access;
        return used != null && used.protobuf();
    }

    void awaitTurn() throws InterruptedException {
        var wait = limiter.await();
        var used = access;
        if (!wait.isZero() && used != null) {
            metrics.waited(used.authority(), wait);
        }
    }

    ApiConnection.Response get(
            ApiConnection connection, String target, String accept, Duration idleMax)
            throws IOException {
        var used = access;
        var host = used == null ? "" : used.authority();
        long began = System.nanoTime();
        try {
            var response = connection.get(target, accept, idleMax);
            metrics.requested(host, response.status(), Duration.ofNanos(System.nanoTime() - began));
            return response;
        } catch (IOException e) {
            metrics.requested(host, 0, Duration.ZERO);
            throw e;
        }
    }

    void trouble(ApiFailure failure, String message) {
        failing = true;
        trouble.tell(failure.kind(), message);
    }

    /// One more resource is complete.
    void listed() {
        var to = sink;
        if (unlisted.decrementAndGet() == 0 && to != null) {
            lock.lock();
            try {
                to.synced();
                if (imports != null) {
                    imports.synced();
                }
            } finally {
                lock.unlock();
            }
        }
    }

    @Override
    public synchronized void close() {
        watches.forEach(ApiWatch::close);
    }
}
