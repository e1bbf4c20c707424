package dev.onoma.api;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.xbill.DNS.Name;

/// The server block that is being set up, and the services of the process for its plugins.
///
/// A configuration lives in three steps. In [Plugin#setup] everything is read and checked, nothing
/// is opened. When all blocks are right, the [#onStart] steps run in the order of the chain; the
/// first that throws ends the attempt, and what had been opened is closed again. After a reload the
/// [#onStop] steps of the old configuration run once its last query has ended.
public interface ServerBlock {
    /// The zones of the block's keys, in order, without doubles.
    List<Name> zones();

    /// The keys, as the log has them: `dns://example.org.:53`.
    List<String> keys();

    /// Whether the block has this directive.
    boolean loads(String plugin);

    /// The plugins that queries of this block pass, front to back. Known when everything is set up:
    /// in [#onStart] and later.
    default List<String> chain() {
        return List.of();
    }

    /// A file name of the Corefile, made absolute: relative names start at `root`, else at the
    /// working directory.
    Path file(String name);

    /// Where relative file names start from now on. Plugins are set up in the order of the chain,
    /// and `root` is the first.
    void root(Path directory);

    /// Sets something that the server or another plugin of this block reads, for instance
    /// [BindAddresses]. A second value of the same class replaces the first.
    <T> void setting(Class<T> kind, T value);

    /// What was set.
    <T> Optional<T> setting(Class<T> kind);

    /// A service of the process, for instance [ServerControl].
    ///
    /// @throws IllegalStateException if there is none: a mistake in the calling code
    <T> T service(Class<T> kind);

    /// The metrics of the process. They survive reloads.
    Metrics metrics();

    /// Where the messages of a plugin go. With an empty name they have no `plugin/NAME: ` in front.
    Log log(String plugin);

    /// The clock and the timer.
    Time time();

    /// Random numbers, unpredictable from outside. Any thread.
    RandomGenerator random();

    /// Opens what must be opened, when the whole configuration is known to be right.
    void onStart(Step step);

    /// Closes what [#onStart] opened, when no query can come any more. Runs at the end of the
    /// process too.
    void onStop(Step step);

    /// Runs at the end of the process, before anything is closed and while queries are still
    /// answered: lameduck, events. May wait.
    void onShutdown(Step step);

    /// Runs when the listeners are open and answer, at the start and after each reload.
    void onServing(Step step);

    /// Looks, for `-validate` alone, at what a start would read beside the Corefile: files of
    /// zones, for instance. Opens and changes nothing. An exception is a mistake, and its message
    /// is shown to the operator, with those of all others.
    default void onValidate(Step step) {}

    /// Counts the plugin among those that `ready` waits for, until `isReady` is true once.
    default void readiness(String plugin, BooleanSupplier isReady) {
        readiness(plugin, isReady, () -> "");
    }

    /// The same, of a plugin that can say what it waits for.
    ///
    /// @param reason in one line, for the operator; empty if there is nothing to say
    void readiness(String plugin, BooleanSupplier isReady, Supplier<String> reason);

    /// Adds somebody who says values about queries ([Query#metadata]) before any handler, and even
    /// before the view is chosen. Asked only where the block has `metadata`, for the names that it
    /// is limited to, on the thread of the query.
    void metadataSource(Consumer<Query> source);

    /// Adds a handler to every server block of the configuration, where the plugin that is being
    /// set up stands: for what is to be answered wherever it is asked. The same handler is added
    /// once.
    default void everywhere(Handler handler) {}

    /// A part that outlives a reload as long as its `key` stays the same: a cache, a store, an open
    /// port. Called in setup with a key that holds everything the part depends on, for instance
    /// [Directive#text]. The part of the running configuration is returned if there is one with
    /// this class and key; else `make` runs. It is closed when a running configuration without it
    /// has taken over, or at once when the attempt that made it fails.
    <T extends AutoCloseable> T keep(Class<T> kind, String key, Function<String, T> make);

    /// Something to do that may fail. The message of the exception is shown to the operator.
    @FunctionalInterface
    interface Step {
        void run() throws Exception;
    }
}
