/// The `erratic` plugin: drops, delays and truncates, for tests of clients.
///
/// Start at [Erratic], which reads the directive; [ErraticHandler] answers. The manual for
/// operators is `README.md` beside this file.
@NullMarked
package dev.onoma.plugins.erratic;

import org.jspecify.annotations.NullMarked;
