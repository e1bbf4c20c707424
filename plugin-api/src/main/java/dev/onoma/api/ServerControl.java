package dev.onoma.api;

import java.util.List;
import java.util.function.BooleanSupplier;

/// What plugins may ask of the server as a whole.
public interface ServerControl {
    /// SHA-512 of the running configuration, in hexadecimal.
    String configurationDigest();

    /// Reads the Corefile and its imports again and reloads if their digest has changed since the
    /// last attempt. Waits until the attempt has ended.
    ///
    /// @return whether an attempt was made
    boolean reloadIfChanged();

    /// Whether the process is about to end.
    boolean isShuttingDown();

    /// Who is waited for in this configuration, over all its blocks.
    List<Readiness> readiness();

    /// One who is waited for.
    ///
    /// @param plugin the plugin's name
    /// @param isReady asked on any thread
    record Readiness(String plugin, BooleanSupplier isReady) {}
}
