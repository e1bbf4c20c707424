package dev.onoma.server;

import dev.onoma.api.Metrics;

/// Which program this is.
final class BuildInfo {
    /// The version of this program.
    static final String VERSION = "0.1.0";

    /// What the program says about itself; scripts look for the CoreDNS in it.
    static final String LINE = "Onoma-" + VERSION + ", compatible with CoreDNS-1.14.7";

    private BuildInfo() {}

    /// Exports version and run-time.
    static void register(Metrics metrics) {
        metrics.gauges(
                        "coredns_build_info",
                        "A metric with a constant '1' value labeled by version, revision, and"
                                + " goversion from which the server was built.",
                        "version",
                        "revision",
                        "goversion")
                .with(VERSION, "", "java" + Runtime.version())
                .set(1);
    }
}
