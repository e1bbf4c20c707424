package dev.onoma.plugins.dnstap;

import dev.onoma.api.Handler;
import dev.onoma.api.Next;
import dev.onoma.api.Outcome;
import dev.onoma.api.Query;
import dev.onoma.api.Response;
import dev.onoma.api.Time;
import dev.onoma.format.SettledQuery;
import java.util.Arrays;
import java.util.List;

/// Tells the taps of every query, and of what becomes of it.
final class DnstapHandler implements Handler, Outcome.Continuation {
    private static final Outcome NOTHING_YET = Outcome.dropped("");

    private final Tap[] taps;
    private final Time time;

    DnstapHandler(List<Tap> taps, Time time) {
        this.taps = taps.toArray(Tap[]::new);
        this.time = time;
    }

    /// Now, in nanoseconds since 1970.
    static long epochNanos(Time time) {
        var now = time.now();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }

    @Override
    public Outcome handle(Query query, Next next) {
        long now = epochNanos(time);
        for (var tap : taps) {
            var message = message(TapMessage.Kind.CLIENT_QUERY, query).askedAt(now);
            if (tap.isFull()) {
                message.query(query.wire(), query.sizeOctets());
            }
            tap.send(message, extra(tap, query));
        }
        return next.handle(query).then(query, now, this);
    }

    private static TapMessage message(TapMessage.Kind kind, Query query) {
        return new TapMessage(kind).between(query.client(), query.local()).over(query.transport());
    }

    private static String extra(Tap tap, Query query) {
        var format = tap.extra();
        return format == null ? "" : format.line(new SettledQuery(query, NOTHING_YET, 0));
    }

    @Override
    public Outcome settled(Query query, long askedAt, Outcome settled) {
        return switch (settled) {
            case Outcome.Reply(var response) -> {
                var answer = response.answering(query);
                say(query, askedAt, answer);
                yield answer == response ? settled : answer.build();
            }
            case Outcome.Failed(var failure) -> {
                // What the server will make of it.
                say(query, askedAt, new Response(query).rcode(failure.rcode()));
                yield settled;
            }
            case Outcome.Dropped _, Outcome.Later _ -> settled; // nothing is sent
        };
    }

    private void say(Query query, long askedAt, Response response) {
        byte[] octets = null;
        for (var tap : taps) {
            var message =
                    message(TapMessage.Kind.CLIENT_RESPONSE, query)
                            .askedAt(askedAt)
                            .answeredAt(epochNanos(time));
            if (tap.isFull()) {
                octets = octets == null ? octets(query, response) : octets;
                message.response(octets);
            }
            tap.send(message, extra(tap, query));
        }
    }

    /// The response as far as plugins have made it: the OPT record is the server's.
    static byte[] octets(Query query, Response response) {
        var sections = response.sections();
        int begin = query.questionEnd();
        var octets = Arrays.copyOf(query.wire(), begin + sections.length());
        octets[2] =
                (byte)
                        (0x80
                                | octets[2] & 0x78
                                | (response.isAuthoritative() ? 4 : 0)
                                | (response.isTruncated() ? 2 : 0)
                                | (query.recursionDesired() ? 1 : 0));
        octets[3] =
                (byte)
                        ((response.isRecursionAvailable() ? 0x80 : 0)
                                | (response.isAuthenticData() ? 0x20 : 0)
                                | (query.checkingDisabled() ? 0x10 : 0)
                                | response.rcode() & 15);
        for (int section = 1; section <= 3; section++) {
            int count = sections.count(section);
            octets[4 + 2 * section] = (byte) (count >> 8);
            octets[5 + 2 * section] = (byte) count;
        }
        sections.copyTo(octets, begin);
        for (int i = 0; i < sections.count() && !response.isTtlKept(); i++) {
            int ttl = response.ttl(sections.ttl(i));
            int at = begin + sections.ttlOffset(i);
            for (int k = 0; k < 4; k++) {
                octets[at + k] = (byte) (ttl >> 24 - 8 * k);
            }
        }
        return octets;
    }
}
