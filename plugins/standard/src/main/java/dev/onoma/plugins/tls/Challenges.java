package dev.onoma.plugins.tls;

import dev.onoma.api.CertificateIssuer;
import dev.onoma.api.Handler;
import dev.onoma.api.Next;
import dev.onoma.api.Outcome;
import dev.onoma.api.Query;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

/// Answers what an authority asks to see that a domain is ours (RFC 8555, section 8.4), in every
/// server block, as it may ask at any. All other queries pass, for the price of one look at a
/// field.
final class Challenges implements Handler, CertificateIssuer.Proofs, AutoCloseable {
    // Replaced whole; by name in lower case.
    private volatile Map<String, List<String>> shown = Map.of();

    @Override
    public Outcome handle(Query query, Next next) {
        var all = shown;
        if (all.isEmpty() || query.type() != Type.TXT || query.dclass() != DClass.IN) {
            return next.handle(query);
        }
        var texts = all.get(key(query.name()));
        if (texts == null) {
            return next.handle(query);
        }
        query.note("answers the challenge of an authority for certificates");
        var reply = query.reply().authoritative();
        for (var text : texts) {
            reply.answer(new TXTRecord(query.name(), DClass.IN, 0, text));
        }
        return reply.build();
    }

    private static String key(Name name) {
        return name.toString().toLowerCase(Locale.ROOT);
    }

    @Override
    public synchronized void show(Name owner, String text) {
        change(owner, texts -> texts.add(text));
    }

    /// One of them: two orders may show the same.
    @Override
    public synchronized void hide(Name owner, String text) {
        change(owner, texts -> texts.remove(text));
    }

    private void change(Name owner, java.util.function.Consumer<List<String>> how) {
        var next = new HashMap<>(shown);
        var texts = new ArrayList<>(next.getOrDefault(key(owner), List.of()));
        how.accept(texts);
        if (texts.isEmpty()) {
            next.remove(key(owner));
        } else {
            next.put(key(owner), List.copyOf(texts));
        }
        shown = Map.copyOf(next);
    }

    @Override
    public void close() {
        shown = Map.of();
    }
}
