/// The `any` plugin: a short answer to queries of type ANY (RFC 8482).
///
/// [Any] is all of it. The manual for operators is `README.md` beside this file.
@NullMarked
package dev.onoma.plugins.any;

import org.jspecify.annotations.NullMarked;
