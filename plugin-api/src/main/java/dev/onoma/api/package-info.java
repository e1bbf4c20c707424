/// Everything a plugin author sees.
///
/// Start at [Plugin] and [Handler]; [Query] is what comes in, [Outcome] and [Response] what goes
/// out. [Directive] reads the Corefile and [ServerBlock] gives the services of the process.
@NullMarked
package dev.onoma.api;

import org.jspecify.annotations.NullMarked;
