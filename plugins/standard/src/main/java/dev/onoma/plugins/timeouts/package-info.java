/// The `timeouts` plugin: how long connections wait.
///
/// [Timeouts] is all of it. The manual for operators is `README.md` beside this file.
@NullMarked
package dev.onoma.plugins.timeouts;

import org.jspecify.annotations.NullMarked;
