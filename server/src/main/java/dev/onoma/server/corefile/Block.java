package dev.onoma.server.corefile;

import dev.onoma.api.Directive;
import java.util.List;
import java.util.Map;

/// A server block.
///
/// @param keys at least one; all share the plugins
/// @param directives those of each plugin in order of appearance, the plugins in the order of the
///   chain
public record Block(List<Key> keys, Map<String, List<Directive>> directives) {}
