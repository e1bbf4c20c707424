package dev.onoma.api;

/// What a listener for DNS over HTTP allows, set by `https`.
///
/// @param connectionsMax open at a time; more wait to be accepted; 0 for no limit
/// @param requests what they may bring
public record HttpLimits(int connectionsMax, RequestLimits requests) {
    /// CoreDNS's value.
    public static final HttpLimits DEFAULT = new HttpLimits(200, RequestLimits.DEFAULT);
}
