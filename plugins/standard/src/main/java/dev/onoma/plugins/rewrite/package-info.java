/// The `rewrite` plugin: asks the rest of the chain another question than the client did, and turns
/// the answer back. Start at [Rewrite], which reads the rules; [RewriteHandler] runs them.
///
/// A [Rule] changes a [Rewriting], the question as it is so far, and may leave a [ResponseRule] for
/// the way back. A query that no rule fits costs some comparisons and no garbage.
///
/// The manual for operators is `README.md` beside this file; its examples run as tests.
@NullMarked
package dev.onoma.plugins.rewrite;

import org.jspecify.annotations.NullMarked;
