package dev.onoma.plugins.chaos;

import dev.onoma.api.Ede;
import dev.onoma.api.Failure;
import dev.onoma.api.Handler;
import dev.onoma.api.NameKey;
import dev.onoma.api.Names;
import dev.onoma.api.Next;
import dev.onoma.api.Outcome;
import dev.onoma.api.Query;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/// Answers the names that it knows. Other questions in class CH go on, and are refused when nobody
/// behind answers them: a failure would make clients ask again.
final class ChaosHandler implements Handler {
    private static final NameKey AUTHORS = NameKey.of(Names.of("authors.bind."));
    private static final List<NameKey> VERSION =
            List.of(NameKey.of(Names.of("version.bind.")), NameKey.of(Names.of("version.server.")));
    private static final List<NameKey> HOST =
            List.of(NameKey.of(Names.of("hostname.bind.")), NameKey.of(Names.of("id.server.")));

    private final List<byte[]> version;
    private final List<byte[]> authors;
    private final List<byte[]> host;
    private final RandomGenerator random;

    ChaosHandler(byte[] version, List<byte[]> authors, byte[] host, RandomGenerator random) {
        this.version = List.of(version);
        this.authors = authors;
        this.host = List.of(host);
        this.random = random;
    }

    @Override
    public Outcome handle(Query query, Next next) {
        if (query.dclass() != DClass.CH) {
            return next.handle(query);
        }
        var texts = query.type() == Type.TXT ? texts(query.key()) : null;
        return texts == null
                ? next.handle(query).then(query, ChaosHandler::refuseUnanswered)
                : answer(query, texts);
    }

    private @Nullable List<byte[]> texts(NameKey name) {
        if (VERSION.contains(name)) {
            return version;
        }
        if (HOST.contains(name)) {
            return host;
        }
        return name.equals(AUTHORS) ? shuffled(authors) : null;
    }

    private List<byte[]> shuffled(List<byte[]> texts) {
        var shuffled = new ArrayList<>(texts);
        Collections.shuffle(shuffled, random);
        return shuffled;
    }

    private static Outcome answer(Query query, List<byte[]> texts) {
        var reply = query.reply();
        for (var text : texts) {
            reply.answer(Record.newRecord(query.name(), Type.TXT, DClass.CH, 0, rdata(text)));
        }
        return reply.build();
    }

    // One string: its length, and its octets (RFC 1035, section 3.3.14).
    private static byte[] rdata(byte[] text) {
        var rdata = new byte[1 + text.length];
        rdata[0] = (byte) text.length;
        System.arraycopy(text, 0, rdata, 1, text.length);
        return rdata;
    }

    private static Outcome refuseUnanswered(Query query, Outcome settled) {
        boolean unanswered =
                settled instanceof Outcome.Failed(var failure)
                        && failure instanceof Failure.NoNextPlugin;
        return unanswered
                ? query.reply().rcode(Rcode.REFUSED).ede(Ede.NOT_AUTHORITATIVE, "").build()
                : settled;
    }
}
