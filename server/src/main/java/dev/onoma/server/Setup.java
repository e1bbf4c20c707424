package dev.onoma.server;

import dev.onoma.api.Handler;
import dev.onoma.api.Log;
import dev.onoma.api.MetadataZones;
import dev.onoma.api.Metrics;
import dev.onoma.api.Plugins;
import dev.onoma.api.Query;
import dev.onoma.api.ServerBlock;
import dev.onoma.api.ServerControl;
import dev.onoma.api.Time;
import dev.onoma.api.Tls;
import dev.onoma.api.ZoneSet;
import dev.onoma.server.corefile.Block;
import dev.onoma.server.corefile.Key;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;

/// A server block while its plugins are set up.
final class Setup implements ServerBlock {
    private final Block block;
    private final Services services;
    private final Steps steps;
    private final KeptParts kept;
    private final Plugins plugins;
    private final Map<Class<?>, Object> settings = new HashMap<>();
    private final List<Consumer<Query>> metadataSources = new ArrayList<>();
    private List<String> chain = List.of();
    private Path root;

    Setup(Block block, Services services, Steps steps, KeptParts kept, Plugins plugins) {
        this.plugins = plugins;
        this.block = block;
        this.services = services;
        this.steps = steps;
        this.kept = kept;
        root = services.directory();
    }

    Block block() {
        return block;
    }

    @Override
    public List<Name> zones() {
        return block.keys().stream().map(Key::zone).distinct().toList();
    }

    @Override
    public List<String> keys() {
        return block.keys().stream().map(Key::toString).toList();
    }

    @Override
    public boolean loads(String plugin) {
        return block.directives().containsKey(plugin);
    }

    @Override
    public List<String> chain() {
        return chain;
    }

    /// Says which plugins queries pass.
    void chain(List<String> plugins) {
        chain = plugins;
    }

    @Override
    public Path file(String name) {
        return root.resolve(name).normalize();
    }

    @Override
    public void root(Path directory) {
        root = services.directory().resolve(directory);
    }

    @Override
    public <T> void setting(Class<T> kind, T value) {
        settings.put(kind, value);
    }

    @Override
    public <T> Optional<T> setting(Class<T> kind) {
        return Optional.ofNullable(kind.cast(settings.get(kind)));
    }

    @Override
    public <T> T service(Class<T> kind) {
        if (kind == ServerControl.class) {
            return kind.cast(services.control());
        }
        if (kind == Tls.class) {
            return kind.cast(services.tls());
        }
        if (kind == Plugins.class) {
            return kind.cast(plugins);
        }
        throw new IllegalStateException("the server has no " + kind.getName());
    }

    @Override
    public Metrics metrics() {
        return services.metrics();
    }

    @Override
    public Log log(String plugin) {
        return plugin.isEmpty() ? services.log() : services.log().plugin(plugin);
    }

    @Override
    public Time time() {
        return services.time();
    }

    @Override
    public RandomGenerator random() {
        return services.random();
    }

    @Override
    public void onStart(Step step) {
        steps.start().add(step);
    }

    @Override
    public void onStop(Step step) {
        steps.stop().add(step);
    }

    @Override
    public void onShutdown(Step step) {
        steps.shutdown().add(step);
    }

    @Override
    public void onServing(Step step) {
        steps.serving().add(step);
    }

    @Override
    public void onValidate(Step step) {
        steps.validate().add(step);
    }

    @Override
    public void readiness(String plugin, BooleanSupplier isReady, Supplier<String> reason) {
        steps.readiness().add(new ServerControl.Readiness(plugin, isReady, reason));
    }

    @Override
    public void metadataSource(Consumer<Query> source) {
        metadataSources.add(source);
    }

    /// What says values about queries of this block before anybody else, or null if nothing does.
    @Nullable Consumer<Query> metadata() {
        var zones = setting(MetadataZones.class);
        if (zones.isEmpty() || metadataSources.isEmpty()) {
            return null;
        }
        var scope = new ZoneSet(zones.get().zones());
        var sources = List.copyOf(metadataSources);
        return query -> {
            if (scope.contains(query.key())) {
                sources.forEach(source -> source.accept(query));
            }
        };
    }

    @Override
    public void everywhere(Handler handler) {
        steps.everywhere().add(handler);
    }

    @Override
    public <T extends AutoCloseable> T keep(Class<T> kind, String key, Function<String, T> make) {
        return kept.keep(kind, key, make);
    }
}
