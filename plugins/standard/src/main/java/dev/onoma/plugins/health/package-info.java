/// The `health` plugin: a page for liveness probes, and lameduck. Start at [Health]; [Lameduck]
/// delays the end of the process, [SelfCheck] asks the page itself.
///
/// The manual for operators is `README.md` beside this file; its examples run as tests.
@NullMarked
package dev.onoma.plugins.health;

import org.jspecify.annotations.NullMarked;
