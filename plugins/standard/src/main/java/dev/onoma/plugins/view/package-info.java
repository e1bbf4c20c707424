/// The `view` plugin: which queries a server block is for. Start at [View]; the language is that of
/// `dev.onoma.api.expression`.
///
/// The manual for operators is `README.md` beside this file; its examples run as tests.
@NullMarked
package dev.onoma.plugins.view;

import org.jspecify.annotations.NullMarked;
