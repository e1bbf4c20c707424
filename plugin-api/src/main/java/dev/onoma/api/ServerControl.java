package dev.onoma.api;

import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// What plugins may ask of the server as a whole.
public interface ServerControl {
    /// SHA-512 of the running configuration, in hexadecimal.
    String configurationDigest();

    /// Reads the Corefile and its imports again and reloads if their digest has changed since the
    /// last attempt. Waits until the attempt has ended.
    Attempt reloadIfChanged();

    /// Whether the process is about to end.
    boolean isShuttingDown();

    /// Who is waited for in this configuration, over all its blocks.
    List<Readiness> readiness();

    /// The last warnings and errors of the log, the oldest first, each with when it was.
    default List<String> recentTrouble() {
        return List.of();
    }

    /// Asks a query of our own, as if a client had, and says what every plugin did with it. It is a
    /// real query: it is counted, logged, and its answer may be cached. Waits for the outcome, not
    /// forever.
    ///
    /// @throws IllegalArgumentException if there is no such listener; the message names those there
    ///   are
    default Explanation explain(Explanation.Request request) {
        throw new UnsupportedOperationException("this server does not explain itself");
    }

    /// What became of a look at the Corefile.
    ///
    /// @param made false if nothing had changed
    /// @param failure why the running configuration goes on; empty if it does not
    record Attempt(boolean made, String failure) {
        /// Nothing had changed.
        public static final Attempt NONE = new Attempt(false, "");

        /// The new configuration runs.
        public static final Attempt DONE = new Attempt(true, "");

        /// An attempt that changed nothing.
        public static Attempt failed(String cause) {
            return new Attempt(true, cause);
        }

        /// Whether a new configuration was wanted and does not run.
        public boolean hasFailed() {
            return !failure.isEmpty();
        }
    }

    /// One who is waited for.
    ///
    /// @param plugin the plugin's name
    /// @param isReady asked on any thread
    /// @param reason what it waits for, in one line, or empty; asked on any thread
    record Readiness(String plugin, BooleanSupplier isReady, Supplier<String> reason) {}
}
