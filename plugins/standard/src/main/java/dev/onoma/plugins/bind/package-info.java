/// The `bind` plugin: which addresses a server block listens on. Start at [Bind]; [Interfaces] is
/// what the machine has.
///
/// The manual for operators is `README.md` beside this file; its examples run as tests.
@NullMarked
package dev.onoma.plugins.bind;

import org.jspecify.annotations.NullMarked;
