package dev.onoma.api;

/// Set by `debug`: debug messages are logged, and a mistake in a handler ends the process.
public record DebugMode() {}
