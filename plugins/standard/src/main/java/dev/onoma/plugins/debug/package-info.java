/// The `debug` plugin. It is [Debug], and nothing else.
///
/// The manual for operators is `README.md` beside this file; its examples run as tests.
@NullMarked
package dev.onoma.plugins.debug;

import org.jspecify.annotations.NullMarked;
