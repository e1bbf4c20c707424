package dev.onoma.plugins.trace;

import static dev.onoma.api.JsonString.quoted;

import brave.handler.MutableSpan;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Traces for a Datadog agent, version 0.4 of its interface, in JSON.
///
/// @param analyticsRate which share of the traces is analysed, 0 to 1
record DatadogFormat(double analyticsRate) implements SpanFormat {
    @Override
    public String mediaType() {
        return "application/json";
    }

    @Override
    public String method() {
        return "PUT";
    }

    @Override
    public Map<String, String> fields(int spans) {
        return Map.of(
                "Datadog-Meta-Lang", "java", "X-Datadog-Trace-Count", Integer.toString(spans));
    }

    /// Spans of one trace are together.
    @Override
    public byte[] encode(List<MutableSpan> spans) {
        var traces = new LinkedHashMap<String, List<MutableSpan>>();
        for (var span : spans) {
            traces.computeIfAbsent(span.traceId(), _ -> new ArrayList<>()).add(span);
        }
        var text = new StringJoiner(",", "[", "]");
        for (var trace : traces.values()) {
            var list = new StringJoiner(",", "[", "]");
            trace.forEach(span -> list.add(span(span)));
            text.add(list.toString());
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private String span(MutableSpan span) {
        var error = span.tag("error");
        var meta = new StringJoiner(",", "{", "}");
        for (int i = 0; i < span.tagCount(); i++) {
            if (!span.tagKeyAt(i).equals("error")) {
                meta.add(quoted(span.tagKeyAt(i)) + ":" + quoted(span.tagValueAt(i)));
            }
        }
        if (error != null) {
            meta.add("\"error.message\":" + quoted(error)).add("\"error.type\":\"dns_error\"");
        }
        boolean isFirst = span.parentId() == null;
        var rate = isFirst ? "\"_dd1.sr.eausr\":" + analyticsRate + "," : "";
        return new StringJoiner(",", "{", "}")
                .add("\"trace_id\":" + number(span.traceId()))
                .add("\"span_id\":" + number(span.id()))
                .add("\"parent_id\":" + number(span.parentId()))
                .add("\"service\":" + quoted(String.valueOf(span.localServiceName())))
                .add("\"name\":" + quoted(String.valueOf(span.name())))
                .add("\"resource\":" + quoted(String.valueOf(span.name())))
                .add("\"type\":\"dns\"")
                .add("\"start\":" + TimeUnit.MICROSECONDS.toNanos(span.startTimestamp()))
                .add("\"duration\":" + durationNanos(span))
                .add("\"error\":" + (error == null ? 0 : 1))
                .add("\"meta\":" + meta)
                .add("\"metrics\":{" + rate + "\"_sampling_priority_v1\":1}")
                .toString();
    }

    private static long durationNanos(MutableSpan span) {
        return TimeUnit.MICROSECONDS.toNanos(span.finishTimestamp() - span.startTimestamp());
    }

    // The lower half of an identifier, without a sign.
    private static String number(@Nullable String hex) {
        return hex == null
                ? "0"
                : Long.toUnsignedString(
                        Long.parseUnsignedLong(hex.substring(Math.max(0, hex.length() - 16)), 16));
    }
}
