/// The `nsid` plugin: tells which server answers (RFC 5001).
///
/// [Nsid] is all of it. The manual for operators is `README.md` beside this file.
@NullMarked
package dev.onoma.plugins.nsid;

import org.jspecify.annotations.NullMarked;
