package dev.onoma.plugins.grpc;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// One query on its way to one upstream. Belongs to an event loop.
final class GrpcCall {
    static final int OK = 0;
    static final int UNKNOWN = 2;
    static final int DEADLINE_EXCEEDED = 4;
    static final int NOT_FOUND = 5;
    static final int RESOURCE_EXHAUSTED = 8;
    static final int INTERNAL = 13;
    static final int UNAVAILABLE = 14;

    private static final String[] NAMES = {
        "OK",
        "Canceled",
        "Unknown",
        "InvalidArgument",
        "DeadlineExceeded",
        "NotFound",
        "AlreadyExists",
        "PermissionDenied",
        "ResourceExhausted",
        "FailedPrecondition",
        "Aborted",
        "OutOfRange",
        "Unimplemented",
        "Internal",
        "Unavailable",
        "DataLoss",
        "Unauthenticated"
    };

    final GrpcUpstream upstream;
    final long begunNanos;
    private final GrpcFlight flight;
    private final byte[] message;
    private @Nullable GrpcConnection connection;
    private byte[] body = new byte[0];
    private int bodyOctets;
    private int stream;
    private boolean retried;
    private boolean counted;

    /// Given by the server, in the header or behind the body; negative before.
    int status = -1;

    String statusText = "";

    GrpcCall(GrpcFlight flight, GrpcUpstream upstream, byte[] message, long nowNanos) {
        this.flight = flight;
        this.upstream = upstream;
        this.message = message;
        begunNanos = nowNanos;
    }

    /// `code = Unavailable desc = ...`, as Go's library has it.
    static String text(int status, String description) {
        var name = status >= 0 && status < NAMES.length ? NAMES[status] : "Code(" + status + ")";
        return "rpc error: code = " + name + " desc = " + description;
    }

    byte[] message() {
        return message;
    }

    int stream() {
        return stream;
    }

    void sent(GrpcConnection by, int id) {
        connection = by;
        stream = id;
    }

    /// Keeps a part of the answer.
    ///
    /// @return false if there is more than may be
    boolean add(io.netty.buffer.ByteBuf part, int octetsMax) {
        int octets = part.readableBytes();
        if (bodyOctets + octets > octetsMax) {
            return false;
        }
        if (body.length < bodyOctets + octets) {
            body = Arrays.copyOf(body, Math.max(512, 2 * (bodyOctets + octets)));
        }
        part.getBytes(part.readerIndex(), body, bodyOctets, octets);
        bodyOctets += octets;
        return true;
    }

    byte[] body() {
        return body;
    }

    int bodyOctets() {
        return bodyOctets;
    }

    void replied(byte[] reply) {
        connection = null;
        flight.replied(this, reply);
    }

    /// @param stale whether the connection may just have been too old: another may do
    void failed(int code, String description, boolean stale) {
        connection = null;
        if (stale && !retried) {
            retried = true;
            status = -1;
            bodyOctets = 0;
            flight.again(this);
        } else {
            flight.failed(this, code, description);
        }
    }

    /// Nobody waits for it any more.
    void cancel() {
        if (connection != null) {
            connection.cancel(this);
            connection = null;
        }
    }

    /// Counts a failure of its upstream, once.
    void count(long nowNanos) {
        if (!counted) {
            counted = true;
            upstream.failed(nowNanos);
        }
    }

    /// It takes long.
    void overdue(long nowNanos) {
        count(nowNanos);
        if (connection != null) {
            connection.overdue(this);
        }
    }
}
