package dev.onoma.testkit;

import java.nio.file.Path;

/// The first part of a configuration for NSD that runs by itself, with all that it keeps in one
/// folder; keys and zones follow.
public final class Nsd {
    private Nsd() {}

    /// @param options lines of the clause `server`, beside those that every one needs
    public static String configuration(Path folder, int port, String... options) {
        return """
        server:
            server-count: 1
            ip-address: 127.0.0.1@%1$d
            username: ""
            chroot: ""
            database: ""
            zonesdir: "%2$s"
            pidfile: "%2$s/nsd.pid"
            logfile: "%2$s/nsd.log"
            xfrdfile: "%2$s/xfrd.state"
            xfrdir: "%2$s"
            zonelistfile: "%2$s/zone.list"
            cookie-secret-file: "%2$s/cookies"
            %3$s
        remote-control:
            control-enable: no
        """
                .formatted(port, folder, String.join("\n    ", options));
    }
}
