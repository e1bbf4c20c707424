/// The `on` plugin: commands that run at the start and at the end.
///
/// [On] is where to start. The manual for operators is `README.md` beside this file.
@NullMarked
package dev.onoma.plugins.on;

import org.jspecify.annotations.NullMarked;
