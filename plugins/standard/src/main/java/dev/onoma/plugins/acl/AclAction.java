package dev.onoma.plugins.acl;

import java.util.Locale;

/// What is done with a query.
enum AclAction {
    /// The next plugin answers.
    ALLOW,
    /// REFUSED.
    BLOCK,
    /// An empty answer.
    FILTER,
    /// No answer at all.
    DROP;

    /// The word in a Corefile.
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
