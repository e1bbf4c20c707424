/// The `loop` plugin: notices when queries that are forwarded come back.
///
/// Start at [Loop]; [LoopGuard] is the handler. The manual for operators is `README.md` beside this
/// file.
@NullMarked
package dev.onoma.plugins.loop;

import org.jspecify.annotations.NullMarked;
