package dev.onoma.plugins.sign;

import java.time.Duration;

/// How long it takes until something is in no cache any more, or in every one that matters.
///
/// @param keys until all resolvers have the DNSKEY records of now: their TTL, and the time that a
///   version of the zone needs to all servers
/// @param sets until no resolver has signatures that were replaced: the longest TTL, and that time
/// @param parent until no resolver has DS records that the parent was asked to replace
record Waits(Duration keys, Duration sets, Duration parent) {}
