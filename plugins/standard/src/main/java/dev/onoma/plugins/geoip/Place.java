package dev.onoma.plugins.geoip;

import java.math.BigDecimal;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What the database says about one address; looked up once, when it is asked for. Belongs to a
/// query.
final class Place {
    private final Database database;
    private final InetAddress address;
    private @Nullable Map<?, ?> found;

    Place(Database database, InetAddress address) {
        this.database = database;
        this.address = address;
    }

    private Map<?, ?> found() {
        var known = found;
        if (known == null) {
            known = database.find(address);
            found = known;
        }
        return known;
    }

    private @Nullable Object value(String... path) {
        Object value = found();
        for (var name : path) {
            value = value instanceof Map<?, ?> map ? map.get(name) : null;
        }
        return value;
    }

    /// A value as text; empty if there is none.
    String text(String... path) {
        return text(value(path));
    }

    private static String text(@Nullable Object value) {
        return switch (value) {
            case null -> "";
            case Double number -> decimal(number);
            case Float number -> decimal(number);
            default -> value.toString();
        };
    }

    private static String decimal(double number) {
        return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
    }

    /// `true` or `false`.
    String flag(String... path) {
        return String.valueOf(Boolean.TRUE.equals(value(path)));
    }

    /// The codes of the subdivisions of the country, largest first, with commas.
    String subdivisions() {
        return value("subdivisions") instanceof List<?> list
                ? list.stream()
                        .map(s -> s instanceof Map<?, ?> map ? text(map.get("iso_code")) : "")
                        .collect(Collectors.joining(","))
                : "";
    }

    /// A value about the autonomous system, wherever the database has it.
    String system(String name, String fallback) {
        var own = text(value(name));
        var value = own.isEmpty() ? text(value("traits", name)) : own;
        return value.isEmpty() ? fallback : value;
    }
}
