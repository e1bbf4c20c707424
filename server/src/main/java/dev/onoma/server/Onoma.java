package dev.onoma.server;

import dev.onoma.api.CorefileException;
import dev.onoma.api.CorefileWarning;
import dev.onoma.api.Examination;
import dev.onoma.api.Explanation;
import dev.onoma.api.Failure;
import dev.onoma.api.Metrics;
import dev.onoma.api.Outcome;
import dev.onoma.api.PanicTraces;
import dev.onoma.api.Query;
import dev.onoma.api.ServerControl;
import dev.onoma.server.chain.PluginOrder;
import dev.onoma.server.corefile.Block;
import dev.onoma.server.corefile.Corefile;
import dev.onoma.server.corefile.CorefileParser;
import dev.onoma.server.corefile.CorefileSource;
import dev.onoma.server.discovery.PluginFolder;
import dev.onoma.server.explain.Explainer;
import dev.onoma.server.listen.FrontEnds;
import dev.onoma.server.listen.Limits;
import dev.onoma.server.listen.Listener;
import dev.onoma.server.listen.ListenerId;
import dev.onoma.server.listen.Sockets;
import dev.onoma.server.tls.PemTls;
import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A running server: a Corefile and packets in, packets out.
///
/// A reload builds the whole new configuration beside the running one and then swaps it in: sockets
/// and connections stay open, the old configuration ends with its last query. One that fails
/// changes nothing. Reloads and the end wait for each other; everything else is any thread's.
public final class Onoma implements ServerControl, AutoCloseable {
    private final Options options;
    private final AtomicBoolean debug = new AtomicBoolean();
    private final Metrics metrics = new Metrics(new CollectorRegistry());
    private final LineQueue lines;
    private final ProcessLog log;
    private final Metrics.Counter panics;
    private final SystemTime time;
    private final Services services;
    private final FrontEnds frontEnds;
    private final PluginFolder folder;
    private final Map<ListenerId, Listener> listeners = new LinkedHashMap<>();
    private final ReentrantLock changing = new ReentrantLock();
    private volatile @Nullable Instance running;
    private volatile boolean shuttingDown;
    private String attempted = "";
    private PluginFolder.Found found;
    private PluginOrder order;

    /// How a server is started.
    ///
    /// @param source of the Corefile
    /// @param defaultPort of keys without one
    /// @param environment for `{$NAME}`
    /// @param pluginDirectory with jars, or null
    /// @param out for log lines
    /// @param lines how they look
    /// @param directory where relative file names start
    /// @param loops event loops of datagrams, and as many of connections; at least one
    /// @param epoll false for NIO even where there is epoll
    public record Options(
            CorefileSource source,
            String defaultPort,
            Map<String, String> environment,
            @Nullable Path pluginDirectory,
            PrintStream out,
            LineFormat lines,
            Path directory,
            int loops,
            boolean epoll) {
        /// With log lines as CoreDNS has them.
        public Options(
                CorefileSource source,
                String defaultPort,
                Map<String, String> environment,
                @Nullable Path pluginDirectory,
                PrintStream out,
                Path directory,
                int loops,
                boolean epoll) {
            this(
                    source,
                    defaultPort,
                    environment,
                    pluginDirectory,
                    out,
                    LineFormat.text(),
                    directory,
                    loops,
                    epoll);
        }

        /// What a process uses.
        public static Options of(
                CorefileSource source, String defaultPort, @Nullable Path pluginDirectory) {
            return new Options(
                    source,
                    defaultPort,
                    System.getenv(),
                    pluginDirectory,
                    System.out,
                    Path.of("").toAbsolutePath(),
                    Runtime.getRuntime().availableProcessors(),
                    true);
        }
    }

    private Onoma(Options options) {
        this.options = options;
        lines = new LineQueue(options.out(), options.lines(), metrics);
        log = new ProcessLog(options.out(), options.lines(), debug, lines);
        time = new SystemTime(log);
        panics =
                metrics.counters(
                                "coredns_panics_total",
                                "A metrics that counts the number of panics.")
                        .with();
        services =
                new Services(
                        metrics,
                        log,
                        debug,
                        time,
                        new KernelRandom(),
                        this,
                        new PemTls(time, options.environment()),
                        options.directory());
        folder = new PluginFolder(options.pluginDirectory());
        frontEnds =
                new FrontEnds(
                        new Sockets(options.epoll()),
                        options.loops(),
                        new Dropped(metrics),
                        this::mistake,
                        new Limits(metrics, log),
                        metrics,
                        log);
        found = folder.find();
        order = PluginOrder.of(found.plugins());
        order.registerMetrics(metrics);
        BuildInfo.register(metrics);
    }

    /// Starts a server.
    ///
    /// @throws CorefileException if the Corefile is wrong
    /// @throws IOException if something cannot be opened; the message is for the operator
    public static Onoma start(Options options) throws IOException {
        var server = new Onoma(options);
        try {
            server.found.problems().forEach(server.log::warning);
            server.change(server.read());
            return server;
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    /// Reads and checks a configuration, and opens nothing.
    ///
    /// @return the warnings
    /// @throws CorefileException with everything that is wrong in the Corefile
    /// @throws IOException with everything that is wrong in files that a start would read
    public static List<CorefileWarning> validate(Options options) throws IOException {
        var server = new Onoma(options);
        try {
            var warnings = new ArrayList<CorefileWarning>();
            var corefile = server.parse(options.source().read(), warnings);
            var instance = server.setUp(corefile, warnings);
            var mistakes = instance.mistakes();
            instance.stop(null, server.log);
            if (!mistakes.isEmpty()) {
                throw new IOException(String.join("\n", mistakes));
            }
            return warnings;
        } finally {
            server.close();
        }
    }

    /// A configuration that is looked at and not run.
    ///
    /// @param examinations of the blocks with a plugin that knows what should be answered; open
    ///   only while they are looked at
    public record Examined(
            Corefile corefile,
            Map<Block, Examination> examinations,
            List<CorefileWarning> warnings) {}

    /// Reads a configuration like [#validate], and shows it to somebody.
    ///
    /// @throws CorefileException with everything that is wrong
    public static void examine(Options options, Consumer<Examined> look) throws IOException {
        var server = new Onoma(options);
        try {
            var warnings = new ArrayList<CorefileWarning>();
            var corefile = server.parse(options.source().read(), warnings);
            var instance = server.setUp(corefile, warnings);
            var examinations = instance.examinations(server.order);
            look.accept(new Examined(corefile, examinations, warnings));
            examinations.values().forEach(Examination::close);
            instance.stop(null, server.log);
        } finally {
            server.close();
        }
    }

    /// The plugins that there are.
    public PluginOrder plugins() {
        return order;
    }

    private CorefileSource.Text read() throws IOException {
        return options.source().read();
    }

    private Corefile parse(CorefileSource.Text text, List<CorefileWarning> warnings) {
        return CorefileParser.parse(
                text,
                new CorefileParser.Options(
                        order.names(), options.defaultPort(), options.environment()),
                warnings::add);
    }

    private Instance setUp(Corefile corefile, List<CorefileWarning> warnings) {
        return new Instance(corefile, order, services, running, this::mistake, warnings::add);
    }

    // The steps of a start and of a reload are the same; only what ran before differs.
    private void change(CorefileSource.Text text) throws IOException {
        var warnings = new ArrayList<CorefileWarning>();
        var corefile = parse(text, warnings);
        attempted = corefile.digest();
        var next = setUp(corefile, warnings);
        warnings.forEach(w -> log.warning(w.toString()));
        var opened = new ArrayList<Listener>();
        try {
            next.start();
            for (var wanted : next.listeners().entrySet()) {
                if (!listeners.containsKey(wanted.getKey())) {
                    opened.add(frontEnds.open(wanted.getKey(), wanted.getValue()));
                }
            }
        } catch (Exception e) {
            opened.forEach(frontEnds::close);
            next.stop(running, log);
            throw e instanceof IOException known
                    ? known
                    : new IOException(String.valueOf(e.getMessage()), e);
        }
        takeOver(next, opened);
    }

    private void takeOver(Instance next, List<Listener> opened) {
        var last = running;
        opened.forEach(l -> listeners.put(l.id(), l));
        for (var wanted : next.listeners().entrySet()) {
            var listener = listeners.get(wanted.getKey());
            if (listener != null) {
                listener.service(wanted.getValue());
            }
        }
        running = next;
        debug.set(next.isDebug());
        var surplus =
                listeners.keySet().stream()
                        .filter(id -> !next.listeners().containsKey(id))
                        .toList();
        var closing = surplus.stream().map(listeners::remove).filter(Objects::nonNull).toList();
        closing.forEach(frontEnds::rest);
        if (last != null) {
            new LastAnswers(frontEnds, log).await(last, closing);
            closing.forEach(frontEnds::close);
            last.stop(next, log);
        }
        next.serving(log);
    }

    /// Reads the Corefile again and swaps it in, changed or not.
    ///
    /// @return null, or why everything stays as it is
    public @Nullable String reload() {
        changing.lock();
        try {
            log.info("Reloading");
            lookForJars();
            change(read());
            log.info("Reloading complete");
            return null;
        } catch (IOException | CorefileException | IllegalArgumentException e) {
            var cause = String.valueOf(e.getMessage());
            log.error("Restart failed: " + cause);
            return cause;
        } finally {
            changing.unlock();
        }
    }

    // New class loaders only for new jars: plugins compare and keep their own classes.
    private void lookForJars() {
        var again = folder.find();
        if (!again.jars().equals(found.jars())) {
            order = PluginOrder.of(again.plugins());
            order.registerMetrics(metrics);
            found = again;
        }
        again.problems().forEach(log::warning);
    }

    @Override
    public Attempt reloadIfChanged() {
        changing.lock();
        try {
            var corefile = parse(read(), new ArrayList<>());
            if (corefile.digest().equals(attempted) || shuttingDown) {
                return Attempt.NONE;
            }
            var cause = reload();
            return cause == null ? Attempt.DONE : Attempt.failed(cause);
        } catch (IOException _) {
            return Attempt.NONE; // not there for a moment: looked for again at the next interval
        } catch (CorefileException e) {
            return failed(e);
        } finally {
            changing.unlock();
        }
    }

    private Attempt failed(CorefileException e) {
        var cause = String.valueOf(e.getMessage());
        if (cause.equals(attempted)) {
            return Attempt.NONE;
        }
        attempted = cause;
        return Attempt.failed(cause);
    }

    @Override
    public List<String> recentTrouble() {
        return log.recentTrouble();
    }

    @Override
    public String configurationDigest() {
        var now = running;
        return now == null ? attempted : now.corefile().digest();
    }

    @Override
    public boolean isShuttingDown() {
        return shuttingDown;
    }

    @Override
    public List<Readiness> readiness() {
        var now = running;
        return now == null ? List.of() : now.readiness();
    }

    @Override
    public Explanation explain(Explanation.Request request) {
        var listener = listener(request.listener());
        var host = listener.id().address();
        var local = host == null ? InetAddress.getLoopbackAddress() : host;
        var explainer = new Explainer(frontEnds.datagramLoop(), this::mistake, Explainer.PATIENCE);
        return explainer.explain(
                request,
                listener.service().router(),
                new InetSocketAddress(local, listener.port()));
    }

    private Listener listener(String identity) {
        changing.lock();
        try {
            var known = listeners.values();
            return known.stream()
                    .filter(l -> identity.isEmpty() || l.id().toString().equals(identity))
                    .findFirst()
                    .orElseThrow(() ->
                            new IllegalArgumentException(
                                    "no listener is called \"%s\", there are: %s"
                                            .formatted(
                                                    identity,
                                                    known.stream()
                                                            .map(l -> l.id().toString())
                                                            .collect(Collectors.joining(", ")))));
        } finally {
            changing.unlock();
        }
    }

    /// The metrics of the process.
    public Metrics metrics() {
        return metrics;
    }

    /// The lines of the banner: every zone with where it is served, sorted.
    public List<String> banner() {
        var now = running;
        return now == null ? List.of() : Banner.lines(now.corefile(), now);
    }

    /// The port of the first listener, which is another than configured when that is 0.
    public int port() {
        return listeners.values().stream().mapToInt(Listener::port).findFirst().orElse(0);
    }

    /// The ports of all listeners, in the order of the Corefile.
    public List<Integer> ports() {
        return listeners.values().stream().map(Listener::port).toList();
    }

    private Outcome mistake(Query query, Throwable mistake) {
        panics.inc();
        var later = log.queued();
        later.error("Recovered from panic in server: \"" + query.server() + "\" " + mistake);
        var now = running;
        if (debug.get() || now != null && now.has(PanicTraces.class)) {
            var trace = new StringWriter();
            mistake.printStackTrace(new PrintWriter(trace));
            later.error(trace.toString());
        }
        return Outcome.failed(new Failure.Mistake(mistake));
    }

    /// Ends: first whatever plugins want to delay the end for, while queries are still answered;
    /// then no new queries; then, when those in work are answered, everything else.
    public void shutdown() {
        shuttingDown = true;
        changing.lock();
        try {
            var last = running;
            if (last != null) {
                last.shutdown(log);
            }
            listeners.values().forEach(frontEnds::rest);
            if (last != null) {
                new LastAnswers(frontEnds, log).await(last, listeners.values());
            }
            listeners.values().forEach(frontEnds::close);
            listeners.clear();
            if (last != null) {
                last.stop(null, log);
                running = null;
            }
        } finally {
            changing.unlock();
            frontEnds.close();
            time.close();
            lines.close();
        }
    }

    @Override
    public void close() {
        if (!shuttingDown) {
            shutdown();
        }
    }
}
