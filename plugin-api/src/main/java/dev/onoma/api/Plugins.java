package dev.onoma.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The plugins that there are: a service of the process, `block.service(Plugins.class)`, for
/// plugins that let others work for them. Plugins do not know each other's classes, but the
/// directive of one may be part of another's.
@FunctionalInterface
public interface Plugins {
    /// Sets a plugin up as if its directive stood in the Corefile, for whoever made it. The handler
    /// gets no link in the chain.
    ///
    /// @param directive its first word names the plugin
    /// @throws CorefileException of the plugin, or if there is none of this name
    Handler handler(Line directive, ServerBlock block);

    /// A directive of words that stand elsewhere in a Corefile, or nowhere.
    ///
    /// @param at where mistakes in words that stand nowhere are shown
    /// @param block the lines between braces; null without
    static Line line(Location at, List<String> words, @Nullable List<Line> block) {
        return new Line(words.stream().map(w -> new Word(w, at)).toList(), block);
    }
}
