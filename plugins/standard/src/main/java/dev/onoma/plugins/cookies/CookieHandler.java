package dev.onoma.plugins.cookies;

import dev.onoma.api.Handler;
import dev.onoma.api.Next;
import dev.onoma.api.Outcome;
import dev.onoma.api.Query;
import dev.onoma.api.Response;
import dev.onoma.api.Time;
import dev.onoma.plugins.cookies.ServerCookie.Worth;
import java.util.List;

/// Looks at the cookie of a query, and puts a whole one into its response, whatever that says.
/// Queries without a cookie cost one look.
final class CookieHandler implements Handler {
    /// The code of the option (RFC 7873, section 4).
    static final int CODE = 10;

    /// RFC 7873, section 8.
    static final int BADCOOKIE = 23;

    private final boolean required;
    private final CookieMetrics metrics;
    private final Time time;
    private volatile ServerCookie cookies;

    CookieHandler(List<byte[]> secrets, boolean required, CookieMetrics metrics, Time time) {
        this.required = required;
        this.metrics = metrics;
        this.time = time;
        cookies = new ServerCookie(secrets);
    }

    /// Takes other secrets. Any thread.
    void secrets(List<byte[]> secrets) {
        cookies = new ServerCookie(secrets);
    }

    @Override
    public Outcome handle(Query query, Next next) {
        var cookie = query.option(CODE);
        if (cookie == null) {
            return next.handle(query);
        }
        var client = query.client().getAddress();
        long now = time.now().getEpochSecond();
        var signer = cookies;
        var worth = signer.check(cookie, client, now);
        var whole = worth == Worth.FRESH ? cookie : signer.make(cookie, client, now);
        if (worth != Worth.NONE) {
            metrics.valid().inc();
            query.metadata("cookies/valid", () -> "true");
            return next.handle(query).then(settled -> give(query, settled, whole));
        }
        boolean bare = cookie.length == ServerCookie.CLIENT_OCTETS;
        (bare ? metrics.fresh() : metrics.invalid()).inc();
        query.note(bare ? "a client that has no cookie of ours yet" : "a cookie that is not ours");
        if (required && query.transport().isDatagram()) {
            metrics.refused().inc();
            return query.reply().rcode(BADCOOKIE).option(CODE, whole).build();
        }
        return next.handle(query).then(settled -> give(query, settled, whole));
    }

    // Failures too: a response without cookie might be anybody's (RFC 7873, section 5.3).
    private static Outcome give(Query query, Outcome settled, byte[] whole) {
        return switch (settled) {
            case Outcome.Reply(var response) -> put(response, whole).build();
            case Outcome.Failed(var failure) -> {
                var response = query.reply().rcode(failure.rcode());
                response.ede(failure.ede(), failure.edeText());
                yield put(response, whole).build();
            }
            case Outcome.Dropped _, Outcome.Later _ -> settled;
        };
    }

    private static Response put(Response response, byte[] whole) {
        response.options().removeIf(option -> option.code() == CODE);
        return response.option(CODE, whole);
    }
}
