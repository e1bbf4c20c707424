/// The `local` plugin: answers names of this host, which are nobody else's business (RFC 6761, RFC
/// 6303).
///
/// Start at [Local], which reads the directive; [LocalNames] answers. The manual for operators is
/// `README.md` beside this file.
@NullMarked
package dev.onoma.plugins.local;

import org.jspecify.annotations.NullMarked;
