package dev.onoma.api;

/// Set by `debug`: debug messages are logged, and mistakes in handlers with their stack trace.
/// CoreDNS lets such a mistake end the process; a server that other people use should not.
public record DebugMode() {}
