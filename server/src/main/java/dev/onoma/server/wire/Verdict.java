package dev.onoma.server.wire;

/// What is to be done with a packet, as far as its form can tell. The same for every transport.
public enum Verdict {
    /// A query with one question: the chain's turn.
    QUERY,
    /// No answer: too short to have an id, or a response (RFC 5625, section 6.4).
    IGNORE,
    /// Malformed (RFC 1035, section 4.1.1).
    FORMERR,
    /// An opcode or a meta type that nobody here understands.
    NOTIMP,
    /// A NOTIFY (RFC 1996): for a zone of which this server is no secondary, NOTAUTH.
    NOTIFY,
    /// An UPDATE (RFC 2136): for a zone that nobody here lets others change, NOTIMP.
    UPDATE,
    /// An EDNS version other than 0 (RFC 6891, section 6.1.3).
    BADVERS
}
