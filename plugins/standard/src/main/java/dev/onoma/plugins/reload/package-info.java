/// The `reload` plugin: looks at the Corefile again and again. Start at [Reload]; [Watch] does the
/// looking.
///
/// The manual for operators is `README.md` beside this file; its examples run as tests.
@NullMarked
package dev.onoma.plugins.reload;

import org.jspecify.annotations.NullMarked;
