package org.example.note;

import dev.onoma.api.Directive;
import dev.onoma.api.Handler;
import dev.onoma.api.NameKey;
import dev.onoma.api.Outcome;
import dev.onoma.api.Plugin;
import dev.onoma.api.Query;
import dev.onoma.api.ServerBlock;
import java.util.Optional;
import org.xbill.DNS.DClass;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

/// Answers a name with a text (TXT, RFC 1035, section 3.3.14) that stands in the Corefile, and
/// leaves all other questions to the plugins behind it.
public final class Note implements Plugin {
    private static final int TTL_SECONDS = 60;
    private static final int TEXT_OCTETS_MAX = 255;

    @Override
    public String name() {
        return "note";
    }

    @Override
    public Optional<String> before() {
        return Optional.of("kubernetes");
    }

    /// Reads `note NAME TEXT`.
    @Override
    public Handler setup(Directive note, ServerBlock block) {
        var arguments = note.arguments("NAME TEXT");
        var name = NameKey.of(arguments.name("NAME"));
        var text = arguments.text("TEXT");
        if (text.length() > TEXT_OCTETS_MAX) {
            throw arguments.wrong("TEXT has at most 255 octets, not " + text.length());
        }
        arguments.expectEnd();
        note.expectNoBlock();
        var answers =
                block.metrics()
                        .counters("coredns_note_answers_total", "Notes that were read.", "server");
        return (query, next) -> {
            if (query.type() != Type.TXT || !query.key().equals(name)) {
                return next.handle(query);
            }
            answers.with(query.server()).inc();
            return answer(query, text);
        };
    }

    private static Outcome answer(Query query, String text) {
        var record = new TXTRecord(query.name(), DClass.IN, TTL_SECONDS, text);
        return query.reply().authoritative().answer(record).build();
    }
}
