/// The `bufsize` plugin: limits the size of datagrams.
///
/// [Bufsize] is all of it. The manual for operators is `README.md` beside this file.
@NullMarked
package dev.onoma.plugins.bufsize;

import org.jspecify.annotations.NullMarked;
