/// The `minimal` plugin: leaves out what a client did not ask for.
///
/// [Minimal] is all of it. The manual for operators is `README.md` beside this file.
@NullMarked
package dev.onoma.plugins.minimal;

import org.jspecify.annotations.NullMarked;
