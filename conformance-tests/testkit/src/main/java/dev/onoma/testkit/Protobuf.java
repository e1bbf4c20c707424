package dev.onoma.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes Kubernetes objects, given as JSON has them, as protobuf. Field numbers come from
/// `kubernetes.fields`; what is not there is left out.
final class Protobuf {
    private static final int VARINT = 0;
    private static final int DELIMITED = 2;

    private final Map<String, Map<String, Field>> messages;

    private record Field(int number, String type, boolean repeated) {}

    private Protobuf(Map<String, Map<String, Field>> messages) {
        this.messages = messages;
    }

    static Protobuf read() {
        var messages = new HashMap<String, Map<String, Field>>();
        try (var in = Protobuf.class.getResourceAsStream("kubernetes.fields")) {
            if (in == null) {
                throw new IllegalStateException("kubernetes.fields is not on the class path");
            }
            var text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            for (var line : text.lines().filter(l -> !l.startsWith("#")).toList()) {
                var words = List.of(line.split(" "));
                var fields = new HashMap<String, Field>();
                for (var word : words.subList(1, words.size())) {
                    var parts = List.of(word.split("[=:]", 3));
                    boolean repeated = parts.get(2).endsWith("*");
                    fields.put(
                            parts.get(0),
                            new Field(
                                    Integer.parseInt(parts.get(1)),
                                    parts.get(2).replace("*", ""),
                                    repeated));
                }
                messages.put(words.getFirst(), fields);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Protobuf(messages);
    }

    /// A message without its envelope.
    byte[] message(String type, Map<?, ?> object) {
        var fields = messages.get(type);
        if (fields == null) {
            throw new IllegalArgumentException("no message " + type + " in kubernetes.fields");
        }
        var out = new ByteArrayOutputStream();
        object.forEach((name, value) -> {
            var field = fields.get(String.valueOf(name));
            if (field == null || value == null) {
                return;
            }
            if (field.repeated && value instanceof List<?> list) {
                list.forEach(element -> field(out, field, element));
            } else {
                field(out, field, value);
            }
        });
        return out.toByteArray();
    }

    /// An object as it stands alone: with the four octets and the envelope that say what it is.
    static byte[] enveloped(String apiVersion, String kind, byte[] message) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(envelope(apiVersion, kind));
        delimited(out, 2, message);
        return out.toByteArray();
    }

    /// What stands before field 2 of an envelope.
    static byte[] envelope(String apiVersion, String kind) {
        var type = new ByteArrayOutputStream();
        delimited(type, 1, apiVersion.getBytes(StandardCharsets.UTF_8));
        delimited(type, 2, kind.getBytes(StandardCharsets.UTF_8));
        var out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {'k', '8', 's', 0});
        delimited(out, 1, type.toByteArray());
        return out.toByteArray();
    }

    /// An event of a watch, with its length in front.
    static byte[] event(String type, byte[] enveloped) {
        var raw = new ByteArrayOutputStream();
        delimited(raw, 1, enveloped);
        var event = new ByteArrayOutputStream();
        delimited(event, 1, type.getBytes(StandardCharsets.UTF_8));
        delimited(event, 2, raw.toByteArray());
        return java.nio.ByteBuffer.allocate(4 + event.size())
                .putInt(event.size())
                .put(event.toByteArray())
                .array();
    }

    private void field(ByteArrayOutputStream out, Field field, @Nullable Object value) {
        switch (field.type) {
            case "string" -> delimited(out, field.number, octets(value));
            case "bytes" -> delimited(out, field.number, octets(value));
            case "int" -> number(out, field.number, ((Number) nonNull(value)).longValue());
            case "bool" -> number(out, field.number, Boolean.TRUE.equals(value) ? 1 : 0);
            case "time" -> {
                var time = new ByteArrayOutputStream();
                number(time, 1, Instant.parse(String.valueOf(value)).getEpochSecond());
                delimited(out, field.number, time.toByteArray());
            }
            case "map" ->
                    ((Map<?, ?>) nonNull(value))
                            .forEach((key, entry) -> {
                                var pair = new ByteArrayOutputStream();
                                delimited(pair, 1, octets(key));
                                delimited(pair, 2, octets(entry));
                                delimited(out, field.number, pair.toByteArray());
                            });
            default ->
                    delimited(out, field.number, message(field.type, (Map<?, ?>) nonNull(value)));
        }
    }

    private static Object nonNull(@Nullable Object value) {
        return java.util.Objects.requireNonNull(value);
    }

    private static byte[] octets(@Nullable Object value) {
        return String.valueOf(value).getBytes(StandardCharsets.UTF_8);
    }

    static void delimited(ByteArrayOutputStream out, int number, byte[] octets) {
        varint(out, (long) number << 3 | DELIMITED);
        varint(out, octets.length);
        out.writeBytes(octets);
    }

    private static void number(ByteArrayOutputStream out, int number, long value) {
        varint(out, (long) number << 3 | VARINT);
        varint(out, value);
    }

    static void varint(ByteArrayOutputStream out, long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            out.write((int) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
    }
}
