package dev.onoma.plugins.geoip;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Writes a database of MaxMind's format 2.0 (https://maxmind.github.io/MaxMind-DB/): a tree of
/// bits over IPv6 addresses, with records of 24 bits.
final class TinyDatabase {
    private static final int TYPE_STRING = 2;
    private static final int TYPE_DOUBLE = 3;
    private static final int TYPE_UINT32 = 6;
    private static final int TYPE_MAP = 7;
    private static final int TYPE_UINT64 = 9;
    private static final int TYPE_ARRAY = 11;
    private static final int TYPE_BOOLEAN = 14;

    private final String type;
    private final List<int[]> nodes = new ArrayList<>(List.of(new int[2]));
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();

    TinyDatabase(String type) {
        this.type = type;
    }

    /// Adds what is known of one address. IPv4 addresses lie under ::/96.
    TinyDatabase with(String address, Map<String, Object> known) {
        var octets = InetAddress.ofLiteral(address).getAddress();
        var bits = new byte[16];
        System.arraycopy(octets, 0, bits, 16 - octets.length, octets.length);
        int value = -1 - data.size();
        write(data, known);
        int node = 0;
        for (int i = 0; i < 128; i++) {
            int bit = bits[i / 8] >> 7 - i % 8 & 1;
            if (i == 127) {
                nodes.get(node)[bit] = value;
            } else {
                if (nodes.get(node)[bit] == 0) {
                    nodes.add(new int[2]);
                    nodes.get(node)[bit] = nodes.size() - 1;
                }
                node = nodes.get(node)[bit];
            }
        }
        return this;
    }

    /// The whole file.
    byte[] file() {
        var out = new ByteArrayOutputStream();
        for (var node : nodes) {
            for (int record : node) {
                int value =
                        record < 0
                                ? nodes.size() + 16 - 1 - record
                                : record == 0 ? nodes.size() : record;
                out.write(value >> 16);
                out.write(value >> 8);
                out.write(value);
            }
        }
        out.writeBytes(new byte[16]);
        out.writeBytes(data.toByteArray());
        out.writeBytes(new byte[] {(byte) 0xab, (byte) 0xcd, (byte) 0xef});
        out.writeBytes("MaxMind.com".getBytes(StandardCharsets.US_ASCII));
        var metadata = new LinkedHashMap<String, Object>();
        metadata.put("binary_format_major_version", 2);
        metadata.put("binary_format_minor_version", 0);
        metadata.put("build_epoch", 1_764_000_000L);
        metadata.put("database_type", type);
        metadata.put("description", Map.of("en", "a test"));
        metadata.put("ip_version", 6);
        metadata.put("languages", List.of("en"));
        metadata.put("node_count", nodes.size());
        metadata.put("record_size", 24);
        write(out, metadata);
        return out.toByteArray();
    }

    private static void write(ByteArrayOutputStream out, Object value) {
        switch (value) {
            case String text -> {
                var octets = text.getBytes(StandardCharsets.UTF_8);
                control(out, TYPE_STRING, octets.length);
                out.writeBytes(octets);
            }
            case Double number -> {
                control(out, TYPE_DOUBLE, 8);
                out.writeBytes(ByteBuffer.allocate(8).putDouble(number).array());
            }
            case Integer number -> {
                control(out, TYPE_UINT32, 4);
                out.writeBytes(ByteBuffer.allocate(4).putInt(number).array());
            }
            case Long number -> {
                control(out, TYPE_UINT64, 8);
                out.writeBytes(ByteBuffer.allocate(8).putLong(number).array());
            }
            case Boolean truth -> control(out, TYPE_BOOLEAN, truth ? 1 : 0);
            case Map<?, ?> map -> {
                control(out, TYPE_MAP, map.size());
                map.forEach((key, inner) -> {
                    write(out, key);
                    write(out, inner);
                });
            }
            case List<?> list -> {
                control(out, TYPE_ARRAY, list.size());
                list.forEach(inner -> write(out, inner));
            }
            default -> throw new IllegalArgumentException("no value of the format: " + value);
        }
    }

    private static void control(ByteArrayOutputStream out, int type, int size) {
        int head = Math.min(size, 29);
        out.write(type > 7 ? head : type << 5 | head);
        if (type > 7) {
            out.write(type - 7);
        }
        if (size >= 29) {
            out.write(size - 29);
        }
    }
}
