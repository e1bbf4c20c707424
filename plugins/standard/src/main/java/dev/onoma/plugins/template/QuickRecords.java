package dev.onoma.plugins.template;

import dev.onoma.api.Query;
import dev.onoma.api.WireBuilder;
import dev.onoma.api.WireSections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// Encodes the records that most templates make, straight from their text: `NAME TTL IN TYPE DATA`
/// of type A, CNAME, NS, PTR, MX and SRV, without quotes, escapes, parentheses and comments. All
/// else has to go the way of zone files.
final class QuickRecords {
    private static final int NAME_OCTETS_MAX = 255;
    private static final int LABEL_OCTETS_MAX = 63;
    private static final int TTL_DIGITS_MAX = 9;
    private static final int U16_DIGITS_MAX = 5;

    private static final byte[] NOTHING = {};

    private final Query query;
    private final Match match;
    private byte[] owner = NOTHING;
    private byte[] data = NOTHING;
    private @Nullable WireBuilder builder;
    private String text = "";
    private int at;

    private QuickRecords(Match match) {
        this.match = match;
        query = match.query();
    }

    /// What the templates of a rule make, or null if that is to be found out otherwise.
    static @Nullable WireSections of(Match match, Rule rule) {
        return new QuickRecords(match).sections(rule);
    }

    private @Nullable WireSections sections(Rule rule) {
        boolean single =
                rule.answers().size() == 1
                        && rule.authorities().isEmpty()
                        && rule.additionals().isEmpty();
        if (single && begin(rule.answers().getFirst())) {
            var alone = address();
            if (alone != null) {
                return alone;
            }
        }
        var into = builder();
        boolean all =
                add(Section.ANSWER, rule.answers())
                        && add(Section.AUTHORITY, rule.authorities())
                        && add(Section.ADDITIONAL, rule.additionals());
        return all ? into.build() : null;
    }

    private boolean begin(RecordTemplate template) {
        var made = template.template().quick(match);
        text = made == null ? "" : made;
        at = 0;
        return made != null;
    }

    // One address of the name that was asked fits every question.
    private @Nullable WireSections address() {
        boolean own = word(match.name());
        int ttl = own ? number(TTL_DIGITS_MAX) : -1;
        if (ttl < 0 || !word("IN") || !word("A")) {
            return null;
        }
        var address = new byte[4];
        return address(address) && isEnd() ? WireSections.ofAddresses(Type.A, ttl, address) : null;
    }

    private WireBuilder builder() {
        var made = builder;
        if (made == null) {
            owner = new byte[NAME_OCTETS_MAX];
            data = new byte[6 + NAME_OCTETS_MAX];
            made = WireSections.builder(query.key(), query.key().labels());
            builder = made;
        }
        return made;
    }

    private boolean add(int section, List<RecordTemplate> templates) {
        for (var template : templates) {
            if (!begin(template) || !add(section)) {
                return false;
            }
        }
        return true;
    }

    private boolean add(int section) {
        boolean own = word(match.name());
        if (!own && name(owner, 0) < 0) {
            return false;
        }
        int ttl = number(TTL_DIGITS_MAX);
        if (ttl < 0 || !word("IN")) {
            return false;
        }
        int type = type();
        int octets = data(type);
        // Where an alias leads to is to be looked up.
        boolean leads =
                type == Type.CNAME
                        && section == Section.ANSWER
                        && (query.type() == Type.A || query.type() == Type.AAAA);
        if (octets < 0 || !isEnd() || leads) {
            return false;
        }
        builder().add(section, own ? null : owner, 0, type, ttl, data, 0, octets);
        return true;
    }

    private int type() {
        if (word("A")) {
            return Type.A;
        } else if (word("CNAME")) {
            return Type.CNAME;
        } else if (word("NS")) {
            return Type.NS;
        } else if (word("PTR")) {
            return Type.PTR;
        } else if (word("MX")) {
            return Type.MX;
        }
        return word("SRV") ? Type.SRV : 0;
    }

    // Returns the octets of the data, or -1.
    private int data(int type) {
        return switch (type) {
            case Type.A -> address(data) ? 4 : -1;
            case Type.CNAME, Type.NS, Type.PTR -> name(data, 0);
            case Type.MX -> numbers(1) ? name(data, 2) : -1;
            case Type.SRV -> numbers(3) ? name(data, 6) : -1;
            default -> -1;
        };
    }

    private boolean numbers(int count) {
        for (int i = 0; i < count; i++) {
            int value = number(U16_DIGITS_MAX);
            if (value < 0 || value > 0xffff) {
                return false;
            }
            data[2 * i] = (byte) (value >> 8);
            data[2 * i + 1] = (byte) value;
        }
        return true;
    }

    private boolean isEnd() {
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\n')) {
            at++;
        }
        return at == text.length();
    }

    // Whether the next word is this one; if not, it is still to be read.
    private boolean word(String wanted) {
        int end = at + wanted.length();
        if (!text.startsWith(wanted, at) || end < text.length() && !isSpace(text.charAt(end))) {
            return false;
        }
        at = end;
        skip();
        return true;
    }

    private void skip() {
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\n';
    }

    // Returns -1 if the next word is no number.
    private int number(int digitsMax) {
        int begin = at;
        int value = 0;
        while (at < text.length() && at - begin <= digitsMax && isDigit(text.charAt(at))) {
            value = value * 10 + text.charAt(at++) - '0';
        }
        int digits = at - begin;
        if (digits == 0 || digits > digitsMax || at < text.length() && !isSpace(text.charAt(at))) {
            return -1;
        }
        skip();
        return value;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private boolean address(byte[] into) {
        for (int i = 0; i < 4; i++) {
            int begin = at;
            int value = 0;
            while (at < text.length() && at - begin < 3 && isDigit(text.charAt(at))) {
                value = value * 10 + text.charAt(at++) - '0';
            }
            int digits = at - begin;
            boolean plain = digits == 1 || digits > 1 && text.charAt(begin) != '0';
            boolean last = i == 3;
            boolean ends = last ? at == text.length() || isSpace(text.charAt(at)) : dot();
            if (!plain || value > 255 || !ends) {
                return false;
            }
            into[i] = (byte) value;
        }
        return true;
    }

    private boolean dot() {
        boolean there = at < text.length() && text.charAt(at) == '.';
        at += there ? 1 : 0;
        return there;
    }

    // Returns the offset behind the name, or -1 if it is none or has something that needs care.
    private int name(byte[] into, int offset) {
        int label = offset;
        int out = offset + 1;
        int begin = at;
        for (; at < text.length() && !isSpace(text.charAt(at)); at++) {
            char c = text.charAt(at);
            if (c == '.') {
                if (out == label + 1) {
                    return -1;
                }
                into[label] = (byte) (out - label - 1);
                label = out++;
            } else if (isPlain(c)) {
                into[out++] = (byte) c;
            } else {
                return -1;
            }
            if (out - offset > NAME_OCTETS_MAX - 1 || out - label - 1 > LABEL_OCTETS_MAX) {
                return -1;
            }
        }
        if (at == begin) {
            return -1;
        }
        // A name without a dot at its end gets one.
        if (out > label + 1) {
            into[label] = (byte) (out - label - 1);
            label = out++;
        }
        into[label] = 0;
        skip();
        return label + 1;
    }

    private static boolean isPlain(char c) {
        return c >= 'a' && c <= 'z'
                || c >= 'A' && c <= 'Z'
                || isDigit(c)
                || c == '-'
                || c == '_'
                || c == '*';
    }
}
