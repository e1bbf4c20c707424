package dev.onoma.zone;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/// The records of a `$GENERATE START-STOP[/STEP] OWNER ... DATA`, one after the other. `$` is the
/// counter, `${OFFSET[,WIDTH[,BASE]]}` the counter in another form, `$$` and `\$` a dollar.
final class Generate {
    /// The most records of one line.
    static final int STEPS_MAX = 65_536;

    private static final Pattern RANGE =
            Pattern.compile("([0-9]{1,10})-([0-9]{1,10})(?:/([0-9]{1,10}))?");
    private static final Pattern FORM =
            Pattern.compile("([+-]?[0-9]{1,10})(?:,([0-9]{1,3})(?:,([doxX]))?)?");

    private final Entry template;
    private final long stop;
    private final long step;
    private long counter;

    Generate(Entry template) throws SyntaxException {
        this.template = template;
        var range = RANGE.matcher(template.word(1));
        if (!range.matches()) {
            throw new SyntaxException(
                    "a range is START-STOP or START-STOP/STEP, not \"%s\""
                            .formatted(template.word(1)));
        }
        counter = Long.parseLong(range.group(1));
        stop = Long.parseLong(range.group(2));
        step = range.group(3) == null ? 1 : Long.parseLong(range.group(3));
        if (stop < counter || step == 0) {
            throw new SyntaxException("a range goes up: \"%s\"".formatted(template.word(1)));
        }
        if ((stop - counter) / step >= STEPS_MAX) {
            throw new SyntaxException(
                    "a range has up to %d steps, not \"%s\""
                            .formatted(STEPS_MAX, template.word(1)));
        }
    }

    boolean hasNext() {
        return counter <= stop;
    }

    Entry next() throws SyntaxException {
        var entry = new Entry();
        entry.clear(template.line);
        for (int word = 2; word < template.count(); word++) {
            entry.begin(template.isQuoted(word));
            for (byte octet : expanded(template.word(word))) {
                entry.add(octet);
            }
            entry.end();
        }
        counter += step;
        return entry;
    }

    private byte[] expanded(String text) throws SyntaxException {
        var out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            char next = i + 1 < text.length() ? text.charAt(i + 1) : 0;
            if (c == '\\' && next != 0) {
                out.append(next == '$' ? "$" : "\\" + next);
                i++;
            } else if (c == '$' && next == '$') {
                out.append('$');
                i++;
            } else if (c == '$' && next == '{') {
                int close = text.indexOf('}', i);
                out.append(formatted(text.substring(i + 2, Math.max(i + 2, close)), close));
                i = close;
            } else if (c == '$') {
                out.append(counter);
            } else {
                out.append(c);
            }
        }
        return out.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private String formatted(String form, int close) throws SyntaxException {
        var parts = FORM.matcher(form);
        if (close < 0 || !parts.matches()) {
            throw new SyntaxException(
                    "the counter's form is ${OFFSET[,WIDTH[,BASE]]} with a base of d, o, x or X");
        }
        long value = counter + Long.parseLong(parts.group(1));
        if (value < 0) {
            throw new SyntaxException("the counter falls below zero: " + value);
        }
        var width = parts.group(2) == null ? "" : parts.group(2).replaceFirst("^0+", "");
        var base = parts.group(3) == null ? "d" : parts.group(3);
        if (!width.isEmpty() && Integer.parseInt(width) > 255) {
            throw new SyntaxException("a width is up to 255");
        }
        return ("%" + (width.isEmpty() ? "" : "0" + width) + base).formatted(value);
    }
}
