package dev.onoma.zone;

import dev.onoma.api.NameKey;

/// A record of an update message (RFC 2136, sections 2.4 and 2.5), where its class says what is
/// wanted.
///
/// @param owner in wire form as it was spelled
/// @param dclass `IN`, `ANY` or `NONE`, if the message is right
/// @param data uncompressed; empty for none
public record UpdateRecord(
        NameKey name, byte[] owner, int type, int dclass, int ttl, byte[] data) {}
