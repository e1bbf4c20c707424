/// The `autopath` plugin: walks the search path of clients, so that they ask once.
///
/// Start at [Autopath]; [AutopathHandler] tells the walk. The manual for operators is `README.md`
/// beside this file; its examples run as tests.
@NullMarked
package dev.onoma.plugins.autopath;

import org.jspecify.annotations.NullMarked;
