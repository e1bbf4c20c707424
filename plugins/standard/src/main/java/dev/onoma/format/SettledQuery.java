package dev.onoma.format;

import dev.onoma.api.Outcome;
import dev.onoma.api.Query;
import dev.onoma.api.Response;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Rcode;

/// A query and what became of it, as far as a log line tells. Lives as long as the query.
///
/// @param settled never a [Outcome.Later]
public record SettledQuery(Query query, Outcome settled, long nanos) {
    /// The response, or null without one.
    public @Nullable Response response() {
        return settled instanceof Outcome.Reply(var response) ? response : null;
    }

    /// Whether nothing is sent.
    public boolean isSilent() {
        return settled instanceof Outcome.Dropped;
    }

    /// The response code, or `-` without a response.
    public String rcode() {
        return switch (settled) {
            case Outcome.Reply(var response) -> Rcode.string(response.rcode());
            case Outcome.Failed(var failure) -> Rcode.string(failure.rcode());
            case Outcome.Dropped _, Outcome.Later _ -> QueryFormat.EMPTY;
        };
    }

    /// The octets of the response without its OPT record, before it is cut to the client's size.
    public int responseOctets() {
        var response = response();
        return response != null ? response.sizeOctets() : isSilent() ? 0 : query.questionEnd();
    }

    /// The flags of the response, `qr,aa,rd`, or `-` without a response.
    public void responseFlags(StringBuilder into) {
        if (isSilent()) {
            into.append(QueryFormat.EMPTY);
            return;
        }
        var response = response();
        into.append("qr");
        flag(into, response != null && response.isAuthoritative(), ",aa");
        flag(into, response != null && response.isTruncated(), ",tc");
        flag(into, query.recursionDesired(), ",rd");
        flag(into, response != null && response.isRecursionAvailable(), ",ra");
        flag(into, response != null && response.isAuthenticData(), ",ad");
        flag(into, query.checkingDisabled(), ",cd");
    }

    private static void flag(StringBuilder into, boolean set, String name) {
        if (set) {
            into.append(name);
        }
    }
}
