/// The `chaos` plugin: version, authors and host name in class CH.
///
/// [Chaos] is all of it. The manual for operators is `README.md` beside this file.
@NullMarked
package dev.onoma.plugins.chaos;

import org.jspecify.annotations.NullMarked;
