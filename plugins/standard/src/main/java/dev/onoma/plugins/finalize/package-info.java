/// The `finalize` plugin: aliases are answered with addresses alone. Start at [Finalize];
/// [FinalizeHandler] follows them.
///
/// The manual for operators is `README.md` beside this file; its examples run as tests.
@NullMarked
package dev.onoma.plugins.finalize;

import org.jspecify.annotations.NullMarked;
