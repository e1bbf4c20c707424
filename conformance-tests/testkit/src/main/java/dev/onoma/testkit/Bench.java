package dev.onoma.testkit;

import dev.onoma.api.CorefileWarning;
import dev.onoma.api.Failure;
import dev.onoma.api.Handler;
import dev.onoma.api.Log;
import dev.onoma.api.Metrics;
import dev.onoma.api.Names;
import dev.onoma.api.Next;
import dev.onoma.api.Outcome;
import dev.onoma.api.Plugin;
import dev.onoma.api.Query;
import dev.onoma.api.ServerBlock;
import dev.onoma.api.Tls;
import dev.onoma.api.Transport;
import dev.onoma.server.tls.PemTls;
import dev.onoma.server.wire.Context;
import dev.onoma.server.wire.Encoder;
import dev.onoma.server.wire.WireQuery;
import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/// One plugin alone, without a server around it: a server block that a test holds in its hands.
///
/// ```java
/// var bench = new Bench("example.org.");
/// var whoami = bench.setup(new Whoami(), "whoami");
/// var answer = bench.answer(whoami, "www.example.org.", "A");
/// ```
///
/// Time stands still until [#time] is moved, metrics are its own, warnings and log lines are kept.
public final class Bench implements ServerBlock {
    private static final Outcome NOBODY = Outcome.failed(new Failure.NoNextPlugin("bench"));

    /// The end of a chain.
    public static final Next NOTHING = _ -> NOBODY;

    private static final InetSocketAddress CLIENT = new InetSocketAddress("192.0.2.100", 40_000);
    private static final InetSocketAddress SERVER = new InetSocketAddress("192.0.2.53", 53);

    private final List<Name> zones;
    private final List<String> warnings = new ArrayList<>();
    private final List<String> logged = new ArrayList<>();
    private final HandTime time = new HandTime();
    private final Metrics metrics = new Metrics(new CollectorRegistry());
    private final Random random = new Random(53);
    private final Map<Class<?>, Object> settings = new HashMap<>();
    private final Map<String, BooleanSupplier> readiness = new LinkedHashMap<>();
    private final Map<String, Supplier<String>> reasons = new HashMap<>();
    private final Map<String, AutoCloseable> kept = new HashMap<>();
    private final List<Step> onStart = new ArrayList<>();
    private final List<Step> onStop = new ArrayList<>();
    private final List<Step> onShutdown = new ArrayList<>();
    private final List<Step> onServing = new ArrayList<>();
    private final List<Step> onValidate = new ArrayList<>();
    private final List<Consumer<Query>> metadataSources = new ArrayList<>();
    private final List<Handler> everywhere = new ArrayList<>();
    private final Encoder encoder = new Encoder();
    private Path root = Path.of("").toAbsolutePath();

    /// A server block with these zones; relative file names start at the working directory.
    public Bench(String... zones) {
        this.zones = Arrays.stream(zones).map(Names::of).toList();
    }

    /// Sets a plugin up with directives as they would stand in a server block.
    ///
    /// @throws dev.onoma.api.CorefileException with what is wrong
    public Handler setup(Plugin plugin, String directives) {
        return plugin.setup(Directives.parseAll(directives, this::warn), this);
    }

    private void warn(CorefileWarning warning) {
        warnings.add(warning.toString());
    }

    /// Sets up, and runs what is to be done at the start.
    public Handler start(Plugin plugin, String directives) throws Exception {
        var handler = setup(plugin, directives);
        for (var step : onStart) {
            step.run();
        }
        return handler;
    }

    /// Runs what is to be done when queries are answered.
    public void serve() throws Exception {
        for (var step : onServing) {
            step.run();
        }
    }

    /// What `-validate` finds wrong beside the directives.
    public List<String> mistakes() {
        var found = new ArrayList<String>();
        for (var step : onValidate) {
            try {
                step.run();
            } catch (Exception e) {
                found.add(String.valueOf(e.getMessage()));
            }
        }
        return found;
    }

    /// Runs what is to be done at the end of the configuration. What is set up afterwards is
    /// another one.
    public void stop() throws Exception {
        for (var step : onStop) {
            step.run();
        }
        List.of(onStart, onStop, onShutdown, onServing, onValidate).forEach(List::clear);
        for (var part : kept.values()) {
            part.close();
        }
    }

    /// A query over UDP from 192.0.2.100 port 40000, as it would come off the wire.
    public WireQuery query(Message message) {
        var wire = message.toWire();
        var query = new WireQuery(new Loop());
        System.arraycopy(wire, 0, query.buffer(wire.length), 0, wire.length);
        query.from(Transport.UDP, CLIENT, SERVER, time.nanos());
        query.read(wire.length);
        return query;
    }

    /// A query of class IN without EDNS.
    public WireQuery query(String name, String type) {
        return query(message(name, type, DClass.IN));
    }

    /// A query message with RD.
    public static Message message(String name, String type, int dclass) {
        return Message.newQuery(Record.newRecord(Names.of(name), Type.value(type, true), dclass));
    }

    /// Asks a handler behind which there is nothing, and encodes what it answers.
    public Message answer(Handler handler, String name, String type) {
        return answer(handler, query(name, type));
    }

    /// Asks a handler behind which there is nothing, and encodes what it answers.
    public Message answer(Handler handler, WireQuery query) {
        return encoded(query, handler.handle(query, NOTHING));
    }

    /// The response message of an outcome that is a reply.
    public Message encoded(WireQuery query, Outcome outcome) {
        if (!(outcome instanceof Outcome.Reply(var response))) {
            throw new AssertionError("expected a reply, not " + outcome);
        }
        int length = encoder.encode(query, response);
        try {
            return new Message(Arrays.copyOf(encoder.octets(), length));
        } catch (IOException e) {
            throw new AssertionError("a response that does not decode", e);
        }
    }

    /// The records of a section, as `OWNER TTL CLASS TYPE DATA` with one space between words.
    public static List<String> records(Message message, int section) {
        return message.getSection(section).stream()
                .map(r -> r.toString().replaceAll("\\s+", " "))
                .toList();
    }

    /// The warnings about directives so far: `FILE:LINE:COLUMN: MESSAGE`.
    public List<String> warnings() {
        return warnings;
    }

    /// The log lines so far: `[LEVEL] plugin/NAME: MESSAGE`.
    public List<String> logged() {
        return logged;
    }

    /// Whether a plugin that is waited for says that it is ready.
    public boolean isReady(String plugin) {
        var ready = readiness.get(plugin);
        return ready == null || ready.getAsBoolean();
    }

    /// What a plugin says that it waits for.
    public String waitsFor(String plugin) {
        return reasons.getOrDefault(plugin, () -> "").get();
    }

    /// Queries of the bench belong to the thread that asks; looking further names up is refused.
    private static final class Loop implements Context {
        @Override
        public Executor executor() {
            return Runnable::run;
        }

        @Override
        public Outcome ask(WireQuery inner, WireQuery origin) {
            return NOTHING.handle(inner);
        }
    }

    @Override
    public void everywhere(Handler handler) {
        everywhere.add(handler);
    }

    /// What was added to every server block.
    public List<Handler> everywhere() {
        return everywhere;
    }

    @Override
    public List<Name> zones() {
        return zones;
    }

    @Override
    public List<String> keys() {
        return zones.stream().map(zone -> "dns://" + zone + ":53").toList();
    }

    @Override
    public boolean loads(String plugin) {
        return false;
    }

    @Override
    public Path file(String name) {
        return root.resolve(name);
    }

    @Override
    public void root(Path directory) {
        root = directory;
    }

    @Override
    public <T> void setting(Class<T> kind, T value) {
        settings.put(kind, value);
    }

    @Override
    public <T> Optional<T> setting(Class<T> kind) {
        return Optional.ofNullable(settings.get(kind)).map(kind::cast);
    }

    @Override
    public <T> T service(Class<T> kind) {
        return kind == Tls.class
                ? kind.cast(new PemTls(time, Map.of()))
                : setting(kind).orElseThrow(() -> new IllegalStateException("no " + kind));
    }

    @Override
    public Metrics metrics() {
        return metrics;
    }

    @Override
    public Log log(String plugin) {
        return new KeptLog(plugin.isEmpty() ? "" : "plugin/" + plugin + ": ");
    }

    @Override
    public HandTime time() {
        return time;
    }

    @Override
    public RandomGenerator random() {
        return random;
    }

    @Override
    public void onStart(Step step) {
        onStart.add(step);
    }

    @Override
    public void onStop(Step step) {
        onStop.add(step);
    }

    @Override
    public void onShutdown(Step step) {
        onShutdown.add(step);
    }

    @Override
    public void onValidate(Step step) {
        onValidate.add(step);
    }

    @Override
    public void onServing(Step step) {
        onServing.add(step);
    }

    @Override
    public void readiness(String plugin, BooleanSupplier isReady, Supplier<String> reason) {
        readiness.put(plugin, isReady);
        reasons.put(plugin, reason);
    }

    @Override
    public void metadataSource(Consumer<Query> source) {
        metadataSources.add(source);
    }

    /// A query about which every source has said its values.
    public WireQuery told(WireQuery query) {
        metadataSources.forEach(source -> source.accept(query));
        return query;
    }

    @Override
    public <T extends AutoCloseable> T keep(Class<T> kind, String key, Function<String, T> make) {
        return kind.cast(kept.computeIfAbsent(kind.getName() + key, _ -> make.apply(key)));
    }

    /// Keeps what is logged, debug messages too.
    private final class KeptLog implements Log {
        private final String prefix;

        KeptLog(String prefix) {
            this.prefix = prefix;
        }

        @Override
        public void debug(String message) {
            logged.add("[DEBUG] " + prefix + message);
        }

        @Override
        public void info(String message) {
            logged.add("[INFO] " + prefix + message);
        }

        @Override
        public void warning(String message) {
            logged.add("[WARNING] " + prefix + message);
        }

        @Override
        public void error(String message) {
            logged.add("[ERROR] " + prefix + message);
        }

        @Override
        public boolean isDebug() {
            return true;
        }
    }
}
