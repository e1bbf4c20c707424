package dev.onoma.server.listen;

import dev.onoma.api.DnsOverHttp;
import dev.onoma.api.RequestLimit;
import dev.onoma.server.wire.MaxAge;
import dev.onoma.server.wire.Verdict;
import dev.onoma.server.wire.WireQuery;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.ReadOnlyHttp2Headers;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;

/// DNS over HTTP/2 (RFC 8484).
final class DohExchanges extends Http2Exchanges {
    private static final AsciiString OK = AsciiString.cached("200");
    private static final AsciiString CONTENT_TYPE = AsciiString.cached("content-type");
    private static final AsciiString CONTENT_LENGTH = AsciiString.cached("content-length");
    private static final AsciiString CACHE_CONTROL = AsciiString.cached("cache-control");
    private static final AsciiString DNS_MESSAGE = AsciiString.cached(DnsOverHttp.MEDIA_TYPE);
    private static final AsciiString TEXT = AsciiString.cached("text/plain; charset=utf-8");
    private static final AsciiString DATE = AsciiString.cached("date");

    private DohExchanges(
            Http2ConnectionDecoder decoder,
            Http2ConnectionEncoder encoder,
            Http2Settings settings,
            HttpConnection connection) {
        super(decoder, encoder, settings, connection);
    }

    static Http2Exchanges on(HttpConnection connection) {
        int streamsMax = connection.worker().limits().perConnectionMax();
        return on(connection, streamsMax, DohExchanges::new);
    }

    @Override
    int bodyOctetsMax() {
        return owner().max(RequestLimit.MAX_BODY_OCTETS);
    }

    @Override
    void begun(Http2Exchange exchange, Http2Headers headers, boolean end) {
        int status = DohRequest.check(headers.method(), headers.path(), headers.get(CONTENT_TYPE));
        if (status != DnsOverHttp.OK) {
            refuse(exchange, status);
            return;
        }
        if (!DohRequest.isPost(headers.method())) {
            exchange.headers = headers;
        }
        if (end) {
            bodyIsComplete(exchange, null);
        } else if (headers.getLong(CONTENT_LENGTH, 0) > bodyOctetsMax()) {
            tooLarge(exchange);
        }
    }

    @Override
    void tooManyFields(Http2Exchange exchange) {
        refuse(exchange, DnsOverHttp.FIELDS_TOO_LARGE);
    }

    @Override
    void tooLarge(Http2Exchange exchange) {
        reached("body");
        refuse(exchange, DnsOverHttp.CONTENT_TOO_LARGE);
    }

    @Override
    void complete(Http2Exchange exchange, WireQuery query, int octets) {
        var headers = exchange.headers;
        int length = headers == null ? octets : DohRequest.decode(headers.path(), query);
        var verdict = read(exchange, query, length);
        if (verdict == Verdict.IGNORE || verdict == Verdict.FORMERR) {
            owner().worker().give(query);
            refuse(exchange, DnsOverHttp.BAD_REQUEST);
        } else {
            serve(exchange, query, verdict);
        }
    }

    @Override
    void answer(Http2Exchange exchange, byte[] octets, int length) {
        if (length == 0) {
            refuse(exchange, DnsOverHttp.NO_RESPONSE);
            return;
        }
        var headers =
                ReadOnlyHttp2Headers.serverHeaders(
                        false,
                        OK,
                        CONTENT_TYPE,
                        DNS_MESSAGE,
                        CONTENT_LENGTH,
                        new AsciiString(Integer.toString(length)),
                        CACHE_CONTROL,
                        new AsciiString("max-age=" + MaxAge.seconds(octets, length)),
                        DATE,
                        date());
        write(
                exchange,
                DnsOverHttp.OK,
                headers,
                context().alloc().directBuffer(length).writeBytes(octets, 0, length));
    }

    private void refuse(Http2Exchange exchange, int status) {
        if (status == DnsOverHttp.METHOD_NOT_ALLOWED) {
            refuseMethod(exchange);
            return;
        }
        var text =
                status == DnsOverHttp.NO_RESPONSE
                        ? "No response\n"
                        : status == DnsOverHttp.NOT_FOUND ? "\n" : "invalid request\n";
        var body = text.getBytes(StandardCharsets.US_ASCII);
        var headers =
                ReadOnlyHttp2Headers.serverHeaders(
                        false,
                        new AsciiString(Integer.toString(status)),
                        CONTENT_TYPE,
                        TEXT,
                        CONTENT_LENGTH,
                        new AsciiString(Integer.toString(body.length)),
                        AsciiString.cached("x-content-type-options"),
                        AsciiString.cached("nosniff"),
                        DATE,
                        date());
        write(exchange, status, headers, context().alloc().buffer().writeBytes(body));
    }

    // Without a body, as the method may be HEAD (RFC 9110, section 9.3.2).
    private void refuseMethod(Http2Exchange exchange) {
        count(DnsOverHttp.METHOD_NOT_ALLOWED);
        var headers =
                ReadOnlyHttp2Headers.serverHeaders(
                        false,
                        AsciiString.cached("405"),
                        AsciiString.cached("allow"),
                        AsciiString.cached(DnsOverHttp.METHODS),
                        DATE,
                        date());
        answering(exchange, 0);
        var sent = context().newPromise();
        answered(
                exchange, encoder().writeHeaders(context(), exchange.id(), headers, 0, true, sent));
    }

    private AsciiString date() {
        return owner().worker().date().now();
    }

    private void count(int status) {
        owner().worker().limits().http(owner().listener().service().server(), status);
    }

    private void write(Http2Exchange exchange, int status, Http2Headers headers, ByteBuf body) {
        count(status);
        answering(exchange, body.readableBytes());
        int id = exchange.id();
        var context = context();
        var _ = encoder().writeHeaders(context, id, headers, 0, false, context.newPromise());
        answered(exchange, encoder().writeData(context, id, body, 0, true, context.newPromise()));
    }
}
