/// The `cancel` plugin: a deadline for queries. Start at [Cancel]; [CancelHandler] watches the
/// clock.
///
/// The manual for operators is `README.md` beside this file; its examples run as tests.
@NullMarked
package dev.onoma.plugins.cancel;

import org.jspecify.annotations.NullMarked;
