/// The `log` plugin: a line for each query. Start at [LogPlugin]; [LogHandler] chooses the rule,
/// [dev.onoma.format.QueryFormat] writes the line, [ResponseKind] says what kind of response it
/// was.
///
/// The manual for operators is `README.md` beside this file; its examples run as tests.
@NullMarked
package dev.onoma.plugins.log;

import org.jspecify.annotations.NullMarked;
