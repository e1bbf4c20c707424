package dev.onoma.plugins.trace;

import brave.Span;
import brave.handler.MutableSpan;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// An `ExportTraceServiceRequest` of OpenTelemetry's protocol, in protobuf.
///
/// Written by hand: it is one message, and the library for it is sixteen jars of 4.5 MB with an
/// HTTP client and a language of their own. Numbers are those of opentelemetry-proto 1.11.
///
/// @param service all spans are of it
record OtlpFormat(String service) implements SpanFormat {
    private static final int KIND_INTERNAL = 1;
    private static final int KIND_SERVER = 2;
    private static final int STATUS_ERROR = 2;

    @Override
    public String mediaType() {
        return "application/x-protobuf";
    }

    @Override
    public byte[] encode(List<MutableSpan> spans) {
        var scope = new Message().message(1, new Message().text(1, "onoma"));
        spans.forEach(span -> scope.message(2, span(span)));
        var resource = new Message().message(1, attribute("service.name", service));
        return new Message()
                .message(1, new Message().message(1, resource).message(2, scope))
                .octets();
    }

    private static Message span(MutableSpan span) {
        boolean isServer = span.kind() == Span.Kind.SERVER;
        var message =
                new Message()
                        .octets(1, id(span.traceId(), 16))
                        .octets(2, id(span.id(), 8))
                        .octets(4, id(span.parentId(), 8))
                        .text(5, String.valueOf(span.name()))
                        .number(6, isServer ? KIND_SERVER : KIND_INTERNAL)
                        .nanos(7, span.startTimestamp())
                        .nanos(8, span.finishTimestamp());
        for (int i = 0; i < span.tagCount(); i++) {
            message.message(9, attribute(span.tagKeyAt(i), span.tagValueAt(i)));
        }
        for (Map.Entry<Long, String> event : span.annotations()) {
            message.message(11, new Message().nanos(1, event.getKey()).text(2, event.getValue()));
        }
        var error = span.tag("error");
        return error == null
                ? message
                : message.message(15, new Message().text(2, error).number(3, STATUS_ERROR));
    }

    private static Message attribute(String key, String value) {
        return new Message().text(1, key).message(2, new Message().text(1, value));
    }

    // Those of traces may be half as long as the protocol wants them.
    private static byte[] id(@Nullable String hex, int octets) {
        return hex == null
                ? new byte[0]
                : HexFormat.of().parseHex("0".repeat(2 * octets - hex.length()) + hex);
    }

    /// A message as it is written; fields that are empty are left out.
    private static final class Message {
        private static final int VARINT = 0;
        private static final int FIXED64 = 1;
        private static final int OCTETS = 2;

        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        byte[] octets() {
            return out.toByteArray();
        }

        Message message(int field, Message inner) {
            return octets(field, inner.octets());
        }

        Message text(int field, String text) {
            return octets(field, text.getBytes(StandardCharsets.UTF_8));
        }

        Message octets(int field, byte[] octets) {
            if (octets.length > 0) {
                varint(field << 3 | OCTETS);
                varint(octets.length);
                out.writeBytes(octets);
            }
            return this;
        }

        Message number(int field, int number) {
            varint(field << 3 | VARINT);
            varint(number);
            return this;
        }

        Message nanos(int field, long micros) {
            varint(field << 3 | FIXED64);
            out.writeBytes(
                    ByteBuffer.allocate(8)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putLong(TimeUnit.MICROSECONDS.toNanos(micros))
                            .array());
            return this;
        }

        private void varint(int value) {
            int rest = value;
            while ((rest & ~0x7f) != 0) {
                out.write(rest & 0x7f | 0x80);
                rest >>>= 7;
            }
            out.write(rest);
        }
    }
}
