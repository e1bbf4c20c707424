package dev.onoma.api;

import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;

/// How one query got its answer: which server block was chosen, what each plugin did with it, and
/// how long that took.
///
/// @param listener where it was asked, `dns://:53`
/// @param zone of the server block that answered; empty if none did
/// @param view of the server block that answered; may be empty
/// @param steps in the order in which the plugins were asked
/// @param outcome `NOERROR`, or the response code with the reason, or why there is no response
/// @param response as it would go to the client; null if there is none
/// @param nanos from the first plugin to the last word
public record Explanation(
        String listener,
        String zone,
        String view,
        List<Step> steps,
        String outcome,
        @Nullable Message response,
        long nanos) {
    /// What is to be asked.
    ///
    /// @param type 1 to 65535
    /// @param client who is to be taken for the client
    /// @param dnssecOk DO (RFC 3225)
    /// @param listener `dns://:53` as in metrics; empty for the first of the Corefile
    public record Request(
            Name name,
            int type,
            InetAddress client,
            Transport transport,
            boolean dnssecOk,
            String listener) {}

    /// One plugin that was asked.
    ///
    /// @param depth 0 for the query itself, more for names that plugins looked up on its behalf
    /// @param plugin its name
    /// @param question what it was asked, `www.example.org. A`
    /// @param decision what it did, in a few words
    /// @param nanos without what the plugins behind it took
    /// @param notes what it said about that, with [Query#note] or [Query#metadata]
    public record Step(
            int depth,
            String plugin,
            String question,
            String decision,
            long nanos,
            List<String> notes) {}
}
