package dev.onoma.server.chain;

import dev.onoma.api.ListenerPlugin;
import dev.onoma.api.Metrics;
import dev.onoma.api.Plugin;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The plugins that there are, and the order of the chain: `plugin.cfg`, with those of others at
/// the places that they ask for.
public final class PluginOrder {
    private final List<String> names;
    private final Map<String, Plugin> plugins;

    private PluginOrder(List<String> names, Map<String, Plugin> plugins) {
        this.names = names;
        this.plugins = plugins;
    }

    /// Puts plugins into their order.
    ///
    /// @throws IllegalArgumentException with a sentence for the operator, when two have one name or
    ///   one asks for a place that there is not
    public static PluginOrder of(Collection<Plugin> found) {
        var plugins = new HashMap<String, Plugin>();
        for (var plugin : found) {
            var other = plugins.putIfAbsent(plugin.name(), plugin);
            if (other != null && other.getClass() != plugin.getClass()) {
                throw new IllegalArgumentException(
                        "two plugins are called \"%s\": %s and %s; take one of their jars away"
                                .formatted(plugin.name(), origin(other), origin(plugin)));
            }
        }
        var names = new ArrayList<>(standard());
        var waiting =
                new ArrayList<>(
                        plugins.values().stream()
                                .filter(p -> !names.contains(p.name()))
                                .sorted((a, b) -> a.name().compareTo(b.name()))
                                .toList());
        // One may stand beside another that is not placed yet: again, until nothing moves.
        boolean moved = true;
        while (moved) {
            moved = waiting.removeIf(plugin -> place(plugin, names));
        }
        if (!waiting.isEmpty()) {
            throw new IllegalArgumentException(unplaced(waiting.getFirst()));
        }
        return new PluginOrder(List.copyOf(names), Map.copyOf(plugins));
    }

    private static boolean place(Plugin plugin, List<String> names) {
        var before = plugin.before();
        int at = before.isPresent() ? names.indexOf(before.get()) : -1;
        if (before.isEmpty() && plugin.after().isPresent()) {
            int after = names.indexOf(plugin.after().get());
            at = after < 0 ? -1 : after + 1;
        }
        if (at < 0) {
            return false;
        }
        names.add(at, plugin.name());
        return true;
    }

    private static String unplaced(Plugin plugin) {
        var wanted = plugin.before().or(plugin::after);
        return "plugin \"%s\" (%s) %s"
                .formatted(
                        plugin.name(),
                        origin(plugin),
                        wanted.isPresent()
                                ? "wants to stand beside \"" + wanted.get() + "\", which is unknown"
                                : "says neither before() nor after() which plugin it stands");
    }

    private static String origin(Plugin plugin) {
        var source = plugin.getClass().getProtectionDomain().getCodeSource();
        return source == null ? plugin.getClass().getName() : source.getLocation().getPath();
    }

    /// The lines of `plugin.cfg`.
    public static List<String> standard() {
        try (var text = PluginOrder.class.getResourceAsStream("plugin.cfg")) {
            if (text == null) {
                throw new IllegalStateException("plugin.cfg is missing from the server's jar");
            }
            return new String(text.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#") && !line.isBlank())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The names of all plugins that are there, in the order of the chain.
    public List<String> names() {
        return names.stream().filter(plugins::containsKey).toList();
    }

    /// Registers what every plugin exports from the start.
    public void registerMetrics(Metrics metrics) {
        names().stream().map(plugins::get).forEach(plugin -> plugin.metrics(metrics));
    }

    /// Names that CoreDNS knows and that are not there.
    public List<String> missing() {
        return names.stream().filter(name -> !plugins.containsKey(name)).toList();
    }

    /// The plugin with a name, or null.
    public @Nullable Plugin plugin(String name) {
        return plugins.get(name);
    }

    /// The plugin that listens for a scheme, or null.
    public @Nullable ListenerPlugin listener(String scheme) {
        for (var plugin : plugins.values()) {
            if (plugin instanceof ListenerPlugin listening && listening.scheme().equals(scheme)) {
                return listening;
            }
        }
        return null;
    }

    /// As `-plugins` prints them: sorted, `on` last, as CoreDNS does.
    public Stream<String> listed() {
        return Stream.concat(
                names().stream().filter(n -> !n.equals("on")).sorted(),
                names().stream().filter(n -> n.equals("on")));
    }
}
