/// The `alternate` plugin: other upstreams for answers that are none. Start at [Alternate];
/// [AlternateHandler] looks at answers.
///
/// The manual for operators is `README.md` beside this file; its examples run as tests.
@NullMarked
package dev.onoma.plugins.alternate;

import org.jspecify.annotations.NullMarked;
