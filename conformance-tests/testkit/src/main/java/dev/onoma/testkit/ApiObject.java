package dev.onoma.testkit;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An object of an [ApiServer] at one version, encoded when somebody asks.
final class ApiObject {
    final String kind;
    final String key;
    final long version;
    private final Map<String, Object> content;
    private byte @Nullable [] json;
    private byte @Nullable [] protobuf;

    private ApiObject(String kind, String key, long version, Map<String, Object> content) {
        this.kind = kind;
        this.key = key;
        this.version = version;
        this.content = content;
    }

    static ApiObject of(Map<String, Object> object, long version) {
        var copy = new LinkedHashMap<>(object);
        var metadata = Json.object(object.get("metadata"));
        metadata.put("resourceVersion", "" + version);
        var name = metadata.getOrDefault("namespace", "") + "/" + metadata.get("name");
        var kind = String.valueOf(object.get("kind"));
        metadata.putIfAbsent("uid", "uid-" + name);
        metadata.putIfAbsent("creationTimestamp", "2026-01-01T00:00:00Z");
        copy.put("metadata", metadata);
        return new ApiObject(kind, name, version, copy);
    }

    Map<String, Object> content() {
        return content;
    }

    String apiVersion() {
        return String.valueOf(content.get("apiVersion"));
    }

    Map<String, Object> labels() {
        return Json.object(Json.object(content.get("metadata")).get("labels"));
    }

    synchronized byte[] json() {
        var ready = json;
        if (ready == null) {
            ready = Json.write(content).getBytes(StandardCharsets.UTF_8);
            json = ready;
        }
        return ready;
    }

    /// Without envelope.
    synchronized byte[] protobuf(Protobuf encoder) {
        var ready = protobuf;
        if (ready == null) {
            ready = encoder.message(kind, content);
            protobuf = ready;
        }
        return ready;
    }
}
