package dev.onoma.plugins.trace;

import brave.Tags;
import brave.handler.MutableSpan;
import brave.handler.MutableSpanBytesEncoder;
import java.util.List;
import java.util.Map;

/// How a collector wants spans.
interface SpanFormat {
    /// The body of a request.
    byte[] encode(List<MutableSpan> spans);

    /// The type of the body.
    String mediaType();

    /// The method of a request.
    default String method() {
        return "POST";
    }

    /// Further header fields of a request.
    default Map<String, String> fields(int spans) {
        return Map.of();
    }

    static SpanFormat of(TraceOptions options) {
        return switch (options.kind()) {
            case ZIPKIN -> new Zipkin(MutableSpanBytesEncoder.zipkinJsonV2(Tags.ERROR));
            case DATADOG -> new DatadogFormat(options.analyticsRate());
            case OTLP -> new OtlpFormat(options.service());
        };
    }

    /// Zipkin's second version, in JSON.
    record Zipkin(MutableSpanBytesEncoder encoder) implements SpanFormat {
        @Override
        public byte[] encode(List<MutableSpan> spans) {
            return encoder.encodeList(spans);
        }

        @Override
        public String mediaType() {
            return "application/json";
        }
    }
}
