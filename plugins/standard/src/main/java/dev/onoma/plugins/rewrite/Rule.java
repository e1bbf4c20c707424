package dev.onoma.plugins.rewrite;

import dev.onoma.api.NameKey;
import dev.onoma.api.Query;

/// One rule. Any thread.
interface Rule {
    /// Whether the rule may have something to do. Does not allocate when it has not.
    ///
    /// @param name of the question as it is so far, with its type and class
    boolean fits(Query query, NameKey name, int type, int dclass);

    /// Does it.
    ///
    /// @return whether it has, so that no further rule is asked if this one says so
    /// @throws IllegalArgumentException if what it makes is no name
    boolean apply(Rewriting rewriting);

    /// Whether this is the last rule if it applies.
    boolean stops();
}
