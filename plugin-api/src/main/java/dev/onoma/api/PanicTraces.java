package dev.onoma.api;

/// Set by `errors { stacktrace }`: a mistake in a handler is logged with its stack trace.
public record PanicTraces() {}
