package dev.onoma.api;

import java.util.function.Function;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;

/// A name that stands for another one (RFC 1034, section 3.6.2), which somebody else knows: the
/// alias, and what the whole server says about its target.
public final class Alias {
    private Alias() {}

    /// Looks the target up, and answers with the alias and what was found.
    ///
    /// A target that nobody here knows leaves the alias alone: the client may ask somebody else.
    ///
    /// @param response makes the empty response that the answer goes into
    public static Outcome follow(
            Query query, CNAMERecord alias, Function<Query, Response> response) {
        return query.resolve(alias.getTarget(), query.type())
                .then(settled ->
                        switch (settled) {
                            case Outcome.Reply(var found) -> answer(query, alias, found, response);
                            case Outcome.Failed(var failure) ->
                                    isNobody(failure)
                                            ? response.apply(query).answer(alias).build()
                                            : settled;
                            case Outcome.Later _, Outcome.Dropped _ -> settled;
                        });
    }

    /// Answers with the alias and what was found about its target. Trouble with the target is told,
    /// so that nobody keeps an alias to nowhere.
    public static Outcome answer(
            Query query, CNAMERecord alias, Response found, Function<Query, Response> response) {
        if (found.rcode() == Rcode.SERVFAIL) {
            return response.apply(query)
                    .rcode(Rcode.SERVFAIL)
                    .ede(found.ede(), found.edeText())
                    .build();
        }
        var answer = response.apply(query).answer(alias).truncated(found.isTruncated());
        if (found.rcode() == Rcode.NOERROR) {
            for (Record record : found.answers()) {
                answer.answer(record);
            }
        }
        return answer.build();
    }

    private static boolean isNobody(Failure failure) {
        return failure instanceof Failure.NoNextPlugin || failure.rcode() == Rcode.REFUSED;
    }
}
