package dev.onoma.api;

import java.util.function.Predicate;

/// Set by `view`: which queries the block is for.
///
/// @param name the label `view` of metrics
/// @param accepts asked for each query of the block's zones, on the event loop
public record ViewFilter(String name, Predicate<Query> accepts) {}
