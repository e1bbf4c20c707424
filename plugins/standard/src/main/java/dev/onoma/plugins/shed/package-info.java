/// The `shed` plugin: queries that are dropped when there are too many.
///
/// [Shed] is where to start. The manual for operators is `README.md` beside this file.
@NullMarked
package dev.onoma.plugins.shed;

import org.jspecify.annotations.NullMarked;
