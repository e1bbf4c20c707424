package dev.onoma.plugins.template;

import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.TTL;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Tokenizer;
import org.xbill.DNS.Type;

/// A template of one record, in the way zone files write it (RFC 1035, section 5.1).
///
/// @param section `answer`, `additional` or `authority`
record RecordTemplate(String section, GoTemplate template) {
    private static final long TTL_DEFAULT = 3600;

    /// The result is no record.
    static final class RecordException extends Exception {
        private static final long serialVersionUID = 1L;

        RecordException(String message) {
            super(message, null, false, false);
        }
    }

    /// The record for a query, or null if the template makes no text of it.
    ///
    /// @throws GoException if the template fails
    /// @throws RecordException if its text is no record
    @Nullable Record record(Match match) throws RecordException {
        return parse(template.execute(match));
    }

    /// Reads `NAME [TTL] [CLASS] TYPE DATA`. Names without a dot at their end get one; the class is
    /// IN if there is none.
    static @Nullable Record parse(String text) throws RecordException {
        try (var words = new Tokenizer(text)) {
            var first = words.get(true, false);
            while (first.type() == Tokenizer.EOL) {
                first = words.get(true, false);
            }
            if (first.type() == Tokenizer.EOF) {
                return null;
            }
            if (first.type() == Tokenizer.WHITESPACE) {
                var owner = words.get();
                return owner.isEOL() ? null : record(words, owner.value());
            }
            return record(words, first.value());
        } catch (IOException | IllegalArgumentException e) {
            throw new RecordException("no record: " + e.getMessage() + ": " + text.strip());
        }
    }

    private static Record record(Tokenizer words, String owner) throws IOException {
        var name = Name.fromString(owner, Name.root);
        long ttl = -1;
        int dclass = -1;
        while (true) {
            var word = words.getString();
            var upper = word.toUpperCase(Locale.ROOT);
            if (dclass < 0 && !upper.equals("ANY") && DClass.value(upper) > 0) {
                dclass = DClass.value(upper);
            } else if (ttl < 0 && Character.isDigit(word.charAt(0))) {
                ttl = ttl(word);
            } else {
                int type = Type.value(upper);
                if (type < 0) {
                    throw new TextParseException("\"" + word + "\" is no record type");
                }
                return Record.fromString(
                        name,
                        type,
                        dclass < 0 ? DClass.IN : dclass,
                        ttl < 0 ? TTL_DEFAULT : ttl,
                        words,
                        Name.root);
            }
        }
    }

    private static long ttl(String word) throws TextParseException {
        try {
            return TTL.parseTTL(word);
        } catch (NumberFormatException _) {
            throw new TextParseException("\"" + word + "\" is no TTL");
        }
    }
}
