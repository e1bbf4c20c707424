package dev.onoma.comparison;

import java.util.ArrayList;
import java.util.List;

/// Something that is done to one listener.
///
/// @param door the listener that it is against
/// @param attackers how many do it at the same time
record Attack(String name, String door, int attackers, Deed deed) {
    private static final int ATTACKERS = 3;
    private static final int CONNECTIONS = 400;
    private static final int HANDSHAKES = 1000;
    private static final int QUIC_CONNECTIONS = 20;

    /// Doors over HTTP/1.1 in clear text.
    private static final List<String> PAGES =
            List.of("health", "ready", "metrics", "pprof", "admin");

    private static Attack one(String kind, String door, Deed deed) {
        return new Attack(kind + "-" + door, door, 1, deed);
    }

    private static Attack many(String kind, String door, Deed deed) {
        return new Attack(kind + "-" + door, door, ATTACKERS, deed);
    }

    /// All of them, and one that does nothing, by which the others are to be read.
    static List<Attack> all() {
        var all = new ArrayList<Attack>();
        all.add(one("nothing", "dns", (_, _) -> {}));
        all.add(one("crowd", "dns", new Crowd()));
        for (var door : List.of("https", "grpc")) {
            overHttp2(door, all);
        }
        all.add(many("tiny-header-list", "https", Http2Deeds.tinyHeaderList()));
        all.add(many("octet-windows", "https", Http2Deeds.octetByOctet()));
        all.add(many("body-chunks", "https", Http2Deeds.largeBodyInChunks()));
        for (var door : List.of("tls", "https", "grpc")) {
            overTls(door, all);
        }
        all.add(many("renegotiations", "tls", TlsDeeds.renegotiations("tls")));
        for (var door : List.of("quic", "https3")) {
            overQuic(door, all);
        }
        all.add(one("slow-transfer", "quic", QuicDeeds.transfersNotTaken()));
        all.add(one("qpack", "https3", QuicDeeds.blockedFields()));
        all.add(many("body", "https3", QuicDeeds.largeBody()));
        all.add(many("fields", "https3", QuicDeeds.fields()));
        for (var door : List.of("dns", "tls", "proxy")) {
            overStreams(door, all);
        }
        all.add(one("slowloris-header", "proxy", SlowDeeds.halfProxyHeaders(CONNECTIONS)));
        all.add(one("made-up-clients", "proxy", SlowDeeds.madeUpClients(6000)));
        all.add(one("connections", "dns", SlowDeeds.connections("dns", 6000)));
        var overHttp1 = new ArrayList<>(List.of("https"));
        overHttp1.addAll(PAGES);
        for (var door : overHttp1) {
            all.add(one("slowloris", door, SlowDeeds.halfRequests(door, CONNECTIONS)));
            all.add(many("flood", door, SlowDeeds.shortConnections(door)));
            all.add(many("pipelining", door, SlowDeeds.pipelining(door)));
            all.add(one("slow-reader", door, SlowDeeds.answersNotRead(door, CONNECTIONS)));
        }
        return all;
    }

    /// The one of this name.
    static Attack of(String name) {
        return all().stream().filter(attack -> attack.name().equals(name)).findAny().orElseThrow();
    }

    private static void overHttp2(String door, List<Attack> all) {
        all.add(many("rapid-reset", door, Http2Deeds.rapidReset(door)));
        all.add(many("made-you-reset", door, Http2Deeds.madeYouReset(door)));
        all.add(many("continuation", door, Http2Deeds.continuations(door)));
        all.add(many("pings", door, Http2Deeds.pings(door)));
        all.add(many("settings", door, Http2Deeds.settings(door)));
        all.add(many("window-updates", door, Http2Deeds.windowUpdates(door)));
        all.add(many("priorities", door, Http2Deeds.priorities(door)));
        all.add(many("empty-data", door, Http2Deeds.emptyData(door)));
        all.add(many("fields", door, Http2Deeds.fields(door)));
        all.add(many("body", door, Http2Deeds.largeBody(door)));
        all.add(many("bodies", door, Http2Deeds.halfBodies(door)));
        all.add(many("slow-reader-h2", door, Http2Deeds.answersNotTaken(door)));
        all.add(one("slowloris-h2", door, SlowDeeds.halfGreetings(door, CONNECTIONS)));
    }

    private static void overTls(String door, List<Attack> all) {
        all.add(one("half-handshakes", door, TlsDeeds.halfHandshakes(door, HANDSHAKES)));
        all.add(one("large-hellos", door, TlsDeeds.largeHellos(door, HANDSHAKES, 16 << 10)));
        all.add(one("hello-pieces", door, TlsDeeds.largeHellos(door, HANDSHAKES, 1)));
        all.add(one("hellos", door, TlsDeeds.helloOnly(door, HANDSHAKES)));
        all.add(many("hello-flood", door, TlsDeeds.helloAgain(door)));
        all.add(many("key-updates", door, TlsDeeds.keyUpdates(door)));
    }

    private static void overQuic(String door, List<Attack> all) {
        all.add(one("streams", door, QuicDeeds.streamsWithoutEnd(door)));
        all.add(one("slowloris", door, QuicDeeds.halfQueries(door)));
        all.add(one("slow-reader", door, QuicDeeds.answersNotTaken(door)));
        for (var kind : QuicDeeds.PACKETS) {
            all.add(one(kind, door, QuicDeeds.packets(kind, door, QUIC_CONNECTIONS)));
        }
    }

    private static void overStreams(String door, List<Attack> all) {
        all.add(one("slowloris", door, SlowDeeds.halfQueries(door, CONNECTIONS)));
        all.add(one("large-queries", door, SlowDeeds.almostWholeQueries(door, CONNECTIONS)));
        all.add(many("octets", door, SlowDeeds.octetByOctet(door)));
        all.add(many("pipelining", door, SlowDeeds.pipelining(door)));
        all.add(one("slow-reader", door, SlowDeeds.answersNotRead(door, CONNECTIONS)));
        all.add(many("flood", door, SlowDeeds.shortConnections(door)));
        if (!door.equals("proxy")) {
            all.add(one("slow-transfer", door, SlowDeeds.transfersNotRead(door, CONNECTIONS)));
        }
    }
}
