/// The `header` plugin: sets and clears flags of queries and responses.
///
/// Start at [Header]; [Flags] is what the rules come to. The manual for operators is `README.md`
/// beside this file.
@NullMarked
package dev.onoma.plugins.header;

import org.jspecify.annotations.NullMarked;
