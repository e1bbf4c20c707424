package dev.onoma.api;

/// A word of a Corefile: what it says, and where.
///
/// @param text without quotes, environment variables replaced
/// @param location of the word as it is written
public record Word(String text, Location location) {}
