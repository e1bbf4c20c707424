package dev.onoma.server.discovery;

import dev.onoma.api.FileErrors;
import dev.onoma.api.Plugin;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/// Finds plugins with [ServiceLoader]: on the server's class path, and in each jar of a folder,
/// which gets a class loader of its own. A jar that cannot be used is reported, the others work.
public final class PluginFolder {
    private final @Nullable Path folder;

    /// @param folder null when there is none
    public PluginFolder(@Nullable Path folder) {
        this.folder = folder;
    }

    /// What was found.
    ///
    /// @param plugins in no order
    /// @param problems sentences for the operator, one for each jar that cannot be used
    /// @param jars the jars that were read, with their times, so that a change can be seen
    public record Found(List<Plugin> plugins, List<String> problems, List<String> jars) {}

    /// Looks again. Each call makes new class loaders, so that a reload picks up a new jar.
    public Found find() {
        var plugins = new ArrayList<Plugin>();
        ServiceLoader.load(Plugin.class, PluginFolder.class.getClassLoader()).forEach(plugins::add);
        var problems = new ArrayList<String>();
        var jars = new ArrayList<String>();
        if (folder != null) {
            for (var jar : jars(folder, problems)) {
                jars.add(jar + " " + jar.toFile().lastModified() + " " + jar.toFile().length());
                load(jar, plugins, problems);
            }
        }
        return new Found(plugins, problems, jars);
    }

    private static List<Path> jars(Path folder, List<String> problems) {
        try (var files = Files.list(folder)) {
            return files.filter(f -> f.toString().endsWith(".jar")).sorted().toList();
        } catch (NoSuchFileException | NotDirectoryException e) {
            problems.add("the plugin directory " + folder + " does not exist");
        } catch (IOException e) {
            problems.add(
                    "the plugin directory " + folder + " cannot be read: " + FileErrors.reason(e));
        }
        return List.of();
    }

    private static void load(Path jar, List<Plugin> into, List<String> problems) {
        int before = into.size();
        try {
            var shared = new ApiOnlyLoader(PluginFolder.class.getClassLoader());
            // Lives as long as the plugins that it loaded.
            @SuppressWarnings("resource")
            var loader = new URLClassLoader(new URL[] {url(jar)}, shared);
            ServiceLoader.load(Plugin.class, loader).stream()
                    .filter(p -> p.type().getClassLoader() == loader)
                    .forEach(p -> into.add(p.get()));
            if (into.size() == before) {
                problems.add(
                        jar + " has no plugin: META-INF/services/dev.onoma.api.Plugin is missing");
            }
        } catch (ServiceConfigurationError | LinkageError | MalformedURLException e) {
            problems.add(jar + " cannot be used: " + e.getMessage());
        }
    }

    private static URL url(Path jar) throws MalformedURLException {
        return URI.create(jar.toUri().toString()).toURL();
    }
}
