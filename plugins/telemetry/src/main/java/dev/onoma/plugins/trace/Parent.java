package dev.onoma.plugins.trace;

import brave.Span;
import brave.Tracing;
import brave.propagation.B3Propagation;
import brave.propagation.TraceContext;
import brave.propagation.TraceContext.Extractor;
import brave.propagation.TraceContextOrSamplingFlags;
import dev.onoma.api.RequestFields;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The span of whoever asks, as a request over HTTP or gRPC tells it: in the fields of B3, one or
/// several, or in `traceparent` (W3C Trace Context, section 3.2).
final class Parent {
    private static final String TRACE_PARENT = "traceparent";

    /// The fields that are looked at.
    static final RequestFields FIELDS =
            new RequestFields(
                    Set.of(
                            "b3",
                            "x-b3-traceid",
                            "x-b3-spanid",
                            "x-b3-parentspanid",
                            "x-b3-sampled",
                            "x-b3-flags",
                            TRACE_PARENT));

    private static final Extractor<Map<String, String>> B3 =
            B3Propagation.get()
                    .extractor((fields, name) -> fields.get(name.toLowerCase(Locale.ROOT)));

    // Later versions may have more behind; the identifiers are never all zeros.
    private static final Pattern FORM =
            Pattern.compile(
                    "(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{16})([0-9a-f]{16})"
                            + "-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?");

    private Parent() {}

    /// A span for a query: in that of whoever asks, or the first of a trace.
    static Span begin(Tracing tracing, Map<String, String> fields) {
        if (fields.isEmpty()) {
            return tracing.tracer().newTrace();
        }
        var known = B3.extract(fields);
        var context = known.context();
        if (context == null && known.equals(TraceContextOrSamplingFlags.EMPTY)) {
            context = traceParent(fields.get(TRACE_PARENT));
        }
        return context == null
                ? tracing.tracer().nextSpan(known)
                : tracing.tracer().joinSpan(context); // a child, unless `client_server`
    }

    private static @Nullable TraceContext traceParent(@Nullable String field) {
        var form = field == null ? null : FORM.matcher(field);
        if (form == null || !form.matches()) {
            return null;
        }
        boolean sampled = (Integer.parseInt(form.group(4), 16) & 1) != 0;
        return TraceContext.newBuilder()
                .traceIdHigh(Long.parseUnsignedLong(form.group(1), 16))
                .traceId(Long.parseUnsignedLong(form.group(2), 16))
                .spanId(Long.parseUnsignedLong(form.group(3), 16))
                .sampled(sampled)
                .build();
    }
}
