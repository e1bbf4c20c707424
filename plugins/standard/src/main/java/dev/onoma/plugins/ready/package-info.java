/// The `ready` plugin: a page for readiness probes. Start at [Ready]; [Waiting] is who is waited
/// for.
///
/// The manual for operators is `README.md` beside this file; its examples run as tests.
@NullMarked
package dev.onoma.plugins.ready;

import org.jspecify.annotations.NullMarked;
