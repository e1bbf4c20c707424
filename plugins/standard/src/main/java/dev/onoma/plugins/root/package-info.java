/// The `root` plugin. It is [Root], and nothing else.
///
/// The manual for operators is `README.md` beside this file; its examples run as tests.
@NullMarked
package dev.onoma.plugins.root;

import org.jspecify.annotations.NullMarked;
