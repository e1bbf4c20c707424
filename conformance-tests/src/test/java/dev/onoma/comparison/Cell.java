package dev.onoma.comparison;

import java.util.Locale;

/// One kind of query, the same for every server that can answer it.
enum Cell {
    /// A name of a zone with 10,000.
    ZONE("zone of 10,000 names", 10_000, false),
    /// A name of a hosts file, or of other local data, with 10,000.
    HOSTS("hosts, 10,000 names", 10_000, false),
    /// A service name of a cluster with 10,000 services.
    CLUSTER("cluster name, 10,000 services", 10_000, false),
    /// A forwarded answer that is in the cache.
    CACHED("cache hit", 1_000, false),
    /// The same behind errors, prometheus, cache and loadbalance.
    CHAIN("cache hit with errors, prometheus, loadbalance", 1_000, false),
    /// A forwarded answer, nothing kept.
    UNCACHED("forward, uncached", 10_000, false),
    /// As HOSTS and ZONE, many queries at once on four TCP connections.
    TCP("pipelined TCP, 10,000 names", 10_000, true);

    final String title;
    final int names;
    final boolean tcp;

    Cell(String title, int names, boolean tcp) {
        this.title = title;
        this.names = names;
        this.tcp = tcp;
    }

    /// The name of a number, and one that has an answer in every server.
    String name(int number) {
        return this == CLUSTER
                ? "s" + number + ".bench.svc.cluster.local."
                : "h" + number + ".bench.test.";
    }

    static String address(int number) {
        return "10.7." + (number >> 8) + "." + (number & 0xff);
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
