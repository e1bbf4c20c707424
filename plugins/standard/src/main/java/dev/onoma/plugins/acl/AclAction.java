package dev.onoma.plugins.acl;

/// What is done with a query.
enum AclAction {
    /// The next plugin answers.
    ALLOW,
    /// REFUSED.
    BLOCK,
    /// An empty answer.
    FILTER,
    /// No answer at all.
    DROP
}
