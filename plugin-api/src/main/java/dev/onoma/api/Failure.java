package dev.onoma.api;

import java.net.InetSocketAddress;
import java.time.Duration;
import org.xbill.DNS.Rcode;

/// Why a query could not be answered: logged, counted, sent as an extended DNS error (RFC 8914).
public sealed interface Failure {
    /// An upstream did not answer in time.
    record Silent(InetSocketAddress upstream, Duration waited) implements Failure {}

    /// An upstream could not be reached, or the conversation with it broke.
    record Unreachable(InetSocketAddress upstream, String cause) implements Failure {}

    /// Every upstream is marked as down.
    record NoHealthyUpstream(String name) implements Failure {}

    /// A limit of our own was reached; the client gets REFUSED, so that it asks another server.
    record Overloaded(String limit, int value) implements Failure {}

    /// The data that would answer is not there yet.
    record NotSynced(String source) implements Failure {
        /// What [#explain] says behind the name of the source.
        public static final String TEXT = "is not read yet";
    }

    /// The chain ended without a plugin that answers.
    record NoNextPlugin(String plugin) implements Failure {}

    /// Names lead to names too many times, or in a circle.
    record TooManyLookups(String name, int limit) implements Failure {}

    /// A mistake in our code, or in a plugin's.
    record Mistake(Throwable exception) implements Failure {}

    /// Any other reason.
    ///
    /// @param rcode the response code for the client, 1 to 4095 (RFC 6895, section 2.3)
    /// @param ede the extended DNS error, 0 to 65535 (RFC 8914, section 4), or [Ede#NONE]
    /// @param text what happened and what to look at
    record Other(int rcode, int ede, String text) implements Failure {}

    /// What happened and what to look at, for the operator.
    default String explain() {
        return switch (this) {
            case Silent(var upstream, var waited) ->
                    "%s did not answer in %d ms; check that it is reachable from here"
                            .formatted(text(upstream), waited.toMillis());
            case Unreachable(var upstream, var cause) -> text(upstream) + ": " + cause;
            case NoHealthyUpstream(var name) ->
                    "no healthy proxies for " + name + "; all of them fail their health checks";
            case Overloaded(var limit, var value) ->
                    "concurrent queries exceeded maximum %d (%s)".formatted(value, limit);
            case NotSynced(var source) ->
                    "%s %s; GET /ready says what it waits for".formatted(source, NotSynced.TEXT);
            case NoNextPlugin(var plugin) -> "plugin/" + plugin + ": no next plugin found";
            case TooManyLookups(var name, var limit) ->
                    "%s leads to more than %d further names; look for a circle"
                            .formatted(name, limit);
            case Mistake(var exception) -> "mistake in the server or a plugin: " + exception;
            case Other(_, _, var text) -> text;
        };
    }

    /// The response code that the client gets.
    default int rcode() {
        return switch (this) {
            case Overloaded _ -> Rcode.REFUSED;
            case Other(var rcode, _, _) -> rcode;
            case Silent _,
                    Unreachable _,
                    NoHealthyUpstream _,
                    NotSynced _,
                    NoNextPlugin _,
                    TooManyLookups _,
                    Mistake _ ->
                    Rcode.SERVFAIL;
        };
    }

    /// The info code of the extended DNS error that the client gets, or [Ede#NONE].
    default int ede() {
        return switch (this) {
            case Silent _, NoHealthyUpstream _ -> Ede.NO_REACHABLE_AUTHORITY;
            case Unreachable _ -> Ede.NETWORK_ERROR;
            case NotSynced _ -> Ede.NOT_READY;
            case NoNextPlugin _ -> Ede.NOT_AUTHORITATIVE;
            case Overloaded _, TooManyLookups _, Mistake _ -> Ede.OTHER;
            case Other(_, var ede, _) -> ede;
        };
    }

    /// The text beside the info code. It tells no more of this network than a client should know.
    default String edeText() {
        return switch (this) {
            case Silent _ -> "upstream did not answer";
            case Unreachable _ -> "upstream unreachable";
            case NoHealthyUpstream _ -> "no healthy upstream";
            case Overloaded _ -> "too many queries at once";
            case NotSynced(var source) -> source + " not read yet";
            case NoNextPlugin _ -> "no plugin answers this name";
            case TooManyLookups _ -> "too many names lead to names";
            case Mistake _ -> "internal error";
            case Other(_, _, var text) -> text;
        };
    }

    private static String text(InetSocketAddress address) {
        return Addresses.text(address);
    }
}
