package dev.onoma.server.listen;

import dev.onoma.api.DnsPacket;
import dev.onoma.api.RequestLimit;
import dev.onoma.server.wire.Verdict;
import dev.onoma.server.wire.WireQuery;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.ReadOnlyHttp2Headers;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;

/// DNS over gRPC: `Query` of `coredns.dns.DnsService`, the one call there is.
///
/// gRPC is a use of HTTP/2, a few headers and five octets in front of each message, so it is spoken
/// here on the same codec, with the same limits, as DNS over HTTP: a library for it would cost some
/// megabytes and a multiple of the time.
final class GrpcExchanges extends Http2Exchanges {
    private static final String METHOD = "/coredns.dns.DnsService/Query";
    private static final String SERVICE = "/coredns.dns.DnsService/";
    private static final String MEDIA_TYPE = "application/grpc";

    private static final int STATUS_OK = 0;
    private static final int STATUS_UNKNOWN = 2;
    private static final int STATUS_RESOURCE_EXHAUSTED = 8;
    private static final int STATUS_UNIMPLEMENTED = 12;
    private static final int STATUS_INTERNAL = 13;

    private static final AsciiString STATUS = AsciiString.cached("grpc-status");
    private static final AsciiString MESSAGE = AsciiString.cached("grpc-message");
    private static final AsciiString ACCEPT_ENCODING = AsciiString.cached("grpc-accept-encoding");
    private static final AsciiString IDENTITY = AsciiString.cached("identity");
    private static final AsciiString CONTENT_TYPE = AsciiString.cached("content-type");
    private static final Http2Headers BEGIN =
            ReadOnlyHttp2Headers.serverHeaders(
                    false, AsciiString.cached("200"), CONTENT_TYPE, AsciiString.cached(MEDIA_TYPE));
    private static final Http2Headers END =
            ReadOnlyHttp2Headers.trailers(false, STATUS, AsciiString.cached("0"));
    private static final AsciiString TEXT = AsciiString.cached("text/plain; charset=utf-8");
    private static final Http2Headers NOT_GRPC =
            ReadOnlyHttp2Headers.serverHeaders(
                    false, AsciiString.cached("415"), CONTENT_TYPE, TEXT);
    private static final Http2Headers NOT_POST =
            ReadOnlyHttp2Headers.serverHeaders(
                    false,
                    AsciiString.cached("405"),
                    CONTENT_TYPE,
                    TEXT,
                    AsciiString.cached("allow"),
                    AsciiString.cached("POST"));
    private static final byte[] SPEAK_GRPC =
            "gRPC is spoken here: POST, application/grpc\n".getBytes(StandardCharsets.US_ASCII);

    private GrpcExchanges(
            Http2ConnectionDecoder decoder,
            Http2ConnectionEncoder encoder,
            Http2Settings settings,
            HttpConnection connection) {
        super(decoder, encoder, settings, connection);
    }

    static Http2Exchanges on(HttpConnection connection) {
        return on(connection, connection.grpc().streamsMax(), GrpcExchanges::new);
    }

    @Override
    int bodyOctetsMax() {
        return DnsPacket.PREFIX_OCTETS + packetOctetsMax();
    }

    @Override
    void begun(Http2Exchange exchange, Http2Headers headers, boolean end) {
        var path = headers.path();
        if (!isGrpc(headers) || !isPost(headers)) {
            exchange.headers = headers;
        } else if (path == null || !AsciiString.contentEquals(METHOD, path)) {
            refuse(exchange, STATUS_UNIMPLEMENTED, unknown(String.valueOf(path)));
            return;
        }
        if (end) {
            bodyIsComplete(exchange, null);
        }
    }

    private static boolean isPost(Http2Headers headers) {
        return AsciiString.contentEquals("POST", headers.method());
    }

    private static boolean isGrpc(Http2Headers headers) {
        var mediaType = headers.get(CONTENT_TYPE);
        if (mediaType == null || mediaType.length() < MEDIA_TYPE.length()) {
            return false;
        }
        int end = MEDIA_TYPE.length();
        return AsciiString.contentEqualsIgnoreCase(MEDIA_TYPE, mediaType.subSequence(0, end))
                && (mediaType.length() == end || "+;".indexOf(mediaType.charAt(end)) >= 0);
    }

    private static String unknown(String path) {
        int slash = path.lastIndexOf('/');
        if (slash < 1) {
            return "malformed method name: " + path;
        }
        var service = path.substring(1, slash);
        return path.startsWith(SERVICE)
                ? "unknown method " + path.substring(slash + 1) + " for service " + service
                : "unknown service " + service;
    }

    // Beside the message there is what says that it is one.
    private int packetOctetsMax() {
        int less = DohRequest.OCTETS_MAX - owner().max(RequestLimit.MAX_BODY_OCTETS);
        return DnsPacket.OCTETS_MAX - less;
    }

    @Override
    void tooManyFields(Http2Exchange exchange) {
        refuse(exchange, STATUS_RESOURCE_EXHAUSTED, "too many header fields");
    }

    @Override
    void tooLarge(Http2Exchange exchange) {
        reached("body");
        refuse(
                exchange,
                STATUS_RESOURCE_EXHAUSTED,
                "dns message exceeds size limit: " + packetOctetsMax());
    }

    @Override
    void complete(Http2Exchange exchange, WireQuery query, int octets) {
        var headers = exchange.headers;
        if (headers != null) {
            owner().worker().give(query);
            refuseHttp(exchange, isGrpc(headers) ? NOT_POST : NOT_GRPC);
            return;
        }
        int length = DnsPacket.unwrap(query.buffer(octets), octets);
        var verdict = read(exchange, query, length);
        if (length >= 0 && verdict != Verdict.IGNORE && verdict != Verdict.FORMERR) {
            serve(exchange, query, verdict);
            return;
        }
        owner().worker().give(query);
        switch (length) {
            case DnsPacket.TOO_LARGE -> tooLarge(exchange);
            case DnsPacket.COMPRESSED ->
                    refuse(exchange, STATUS_UNIMPLEMENTED, "compression is not supported");
            case DnsPacket.BROKEN ->
                    refuse(exchange, STATUS_INTERNAL, "the request is not one DnsPacket");
            default -> refuse(exchange, STATUS_UNKNOWN, "dns request rejected");
        }
    }

    @Override
    void answer(Http2Exchange exchange, byte[] octets, int length) {
        if (length == 0) {
            refuse(exchange, STATUS_UNKNOWN, "no response");
            return;
        }
        count(STATUS_OK);
        answering(exchange, DnsPacket.wrapped(length));
        var context = context();
        var body =
                context.alloc()
                        .directBuffer(DnsPacket.wrapped(length))
                        .writeBytes(DnsPacket.front(length))
                        .writeBytes(octets, 0, length);
        int id = exchange.id();
        var _ = encoder().writeHeaders(context, id, BEGIN, 0, false, context.newPromise());
        var _ = encoder().writeData(context, id, body, 0, false, context.newPromise());
        answered(exchange, encoder().writeHeaders(context, id, END, 0, true, context.newPromise()));
    }

    private void refuse(Http2Exchange exchange, int status, String text) {
        count(status);
        var headers =
                ReadOnlyHttp2Headers.serverHeaders(
                        false,
                        AsciiString.cached("200"),
                        CONTENT_TYPE,
                        AsciiString.cached(MEDIA_TYPE),
                        STATUS,
                        new AsciiString(Integer.toString(status)),
                        MESSAGE,
                        new AsciiString(DnsPacket.escape(text)),
                        ACCEPT_ENCODING,
                        IDENTITY);
        answering(exchange, 0);
        var context = context();
        answered(
                exchange,
                encoder()
                        .writeHeaders(
                                context, exchange.id(), headers, 0, true, context.newPromise()));
    }

    private void refuseHttp(Http2Exchange exchange, Http2Headers headers) {
        count(STATUS_INTERNAL);
        answering(exchange, SPEAK_GRPC.length);
        var context = context();
        int id = exchange.id();
        var body = Unpooled.wrappedBuffer(SPEAK_GRPC);
        var _ = encoder().writeHeaders(context, id, headers, 0, false, context.newPromise());
        answered(exchange, encoder().writeData(context, id, body, 0, true, context.newPromise()));
    }

    private void count(int status) {
        owner().worker().limits().grpc(owner().listener().service().server(), status);
    }
}
