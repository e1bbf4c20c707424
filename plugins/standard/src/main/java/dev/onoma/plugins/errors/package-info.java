/// The `errors` plugin: says why a query could not be answered. Start at [Errors]; [ErrorsHandler]
/// sees the failures, [Consolidated] counts those that are alike.
///
/// The manual for operators is `README.md` beside this file; its examples run as tests.
@NullMarked
package dev.onoma.plugins.errors;

import org.jspecify.annotations.NullMarked;
