package dev.onoma.testkit;

import dev.onoma.api.JsonString;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// JSON of maps, lists, texts, numbers and truth values, and the Kubernetes objects made of them.
final class Json {
    private Json() {}

    static String write(@Nullable Object value) {
        return switch (value) {
            case null -> "null";
            case Map<?, ?> map ->
                    map.entrySet().stream()
                            .map(e ->
                                    JsonString.quoted(String.valueOf(e.getKey()))
                                            + ":"
                                            + write(e.getValue()))
                            .collect(Collectors.joining(",", "{", "}"));
            case List<?> list ->
                    list.stream().map(Json::write).collect(Collectors.joining(",", "[", "]"));
            case Number number -> number.toString();
            case Boolean truth -> truth.toString();
            default -> JsonString.quoted(value.toString());
        };
    }

    /// A copy with texts as keys; empty for anything that is no map.
    static Map<String, Object> object(@Nullable Object value) {
        var copy = new LinkedHashMap<String, Object>();
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, entry) -> copy.put(String.valueOf(key), entry));
        }
        return copy;
    }

    /// The kind of a Kubernetes object, in lower case.
    static String kind(Map<String, Object> object) {
        return String.valueOf(object.get("kind")).toLowerCase(Locale.ROOT);
    }

    /// The ports of a Service as an EndpointSlice has them.
    static List<Object> portsOf(Map<String, Object> service) {
        var ports = new ArrayList<Object>();
        if (object(service.get("spec")).get("ports") instanceof List<?> list) {
            for (var entry : list) {
                var port = object(entry);
                port.putIfAbsent("name", "");
                port.remove("targetPort");
                ports.add(port);
            }
        }
        return ports;
    }
}
