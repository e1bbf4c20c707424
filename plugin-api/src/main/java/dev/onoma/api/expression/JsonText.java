package dev.onoma.api.expression;

import dev.onoma.api.JsonString;
import dev.onoma.api.expression.Expression.Nil;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// JSON (RFC 8259) of values, and back.
final class JsonText {
    private static final int DEPTH_MAX = 64;

    private final String text;
    private int at;

    private JsonText(String text) {
        this.text = text;
    }

    static String write(Object value) {
        var into = new StringBuilder();
        write(value, into, 0);
        return into.toString();
    }

    private static void write(Object value, StringBuilder into, int depth) {
        if (depth > DEPTH_MAX) {
            throw Values.no("values nest too deeply for JSON");
        }
        switch (value) {
            case Nil _ -> into.append("null");
            case Boolean truth -> into.append(truth);
            case Number number -> into.append(Values.shown(number));
            case List<?> list -> {
                into.append('[');
                for (int i = 0; i < list.size(); i++) {
                    into.append(i > 0 ? "," : "");
                    write(Values.orNil(list.get(i)), into, depth + 1);
                }
                into.append(']');
            }
            case Map<?, ?> map -> {
                into.append('{');
                var separator = "";
                for (var entry : map.entrySet()) {
                    into.append(separator);
                    into.append(JsonString.quoted(String.valueOf(entry.getKey())));
                    into.append(':');
                    write(Values.orNil(entry.getValue()), into, depth + 1);
                    separator = ",";
                }
                into.append('}');
            }
            default -> into.append(JsonString.quoted(Values.shown(value)));
        }
    }

    static Object read(String text) {
        var reader = new JsonText(text);
        var value = reader.value(0);
        reader.blank();
        if (reader.at < text.length()) {
            throw reader.wrong();
        }
        return value;
    }

    private ValueException wrong() {
        return Values.no("invalid character in JSON at " + at);
    }

    private void blank() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private boolean skip(char c) {
        blank();
        if (at < text.length() && text.charAt(at) == c) {
            at++;
            return true;
        }
        return false;
    }

    private Object value(int depth) {
        if (depth > DEPTH_MAX) {
            throw Values.no("JSON nests too deeply");
        }
        blank();
        if (skip('[')) {
            return array(depth);
        }
        if (skip('{')) {
            return object(depth);
        }
        if (at < text.length() && text.charAt(at) == '"') {
            return string();
        }
        return word();
    }

    private Object array(int depth) {
        var list = new ArrayList<Object>();
        while (!skip(']')) {
            if (!list.isEmpty() && !skip(',')) {
                throw wrong();
            }
            list.add(value(depth + 1));
        }
        return list;
    }

    private Object object(int depth) {
        var map = new LinkedHashMap<String, Object>();
        while (!skip('}')) {
            if (!map.isEmpty() && !skip(',')) {
                throw wrong();
            }
            blank();
            var key = string();
            if (!skip(':')) {
                throw wrong();
            }
            map.put(key, value(depth + 1));
        }
        return map;
    }

    private String string() {
        if (!skip('"')) {
            throw wrong();
        }
        var word = new StringBuilder();
        while (at < text.length() && text.charAt(at) != '"') {
            char c = text.charAt(at++);
            word.append(c == '\\' ? escaped() : c);
        }
        if (!skip('"')) {
            throw wrong();
        }
        return word.toString();
    }

    private char escaped() {
        int code = at < text.length() ? "\"\\/bfnrt".indexOf(text.charAt(at)) : -1;
        if (code >= 0) {
            at++;
            return "\"\\/\b\f\n\r\t".charAt(code);
        }
        try {
            char c = (char) Integer.parseInt(text, at + 1, at + 5, 16);
            at += 5;
            return c;
        } catch (RuntimeException _) {
            throw wrong();
        }
    }

    private Object word() {
        int begin = at;
        while (at < text.length() && "+-.eE".indexOf(text.charAt(at)) >= 0
                || at < text.length() && Character.isLetterOrDigit(text.charAt(at))) {
            at++;
        }
        var word = text.substring(begin, at);
        return switch (word) {
            case "true" -> true;
            case "false" -> false;
            case "null" -> Nil.NIL;
            default -> {
                try {
                    yield Double.parseDouble(word); // numbers of JSON have decimals in Go, too
                } catch (NumberFormatException _) {
                    throw wrong();
                }
            }
        };
    }
}
