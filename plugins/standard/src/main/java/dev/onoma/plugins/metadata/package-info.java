/// The `metadata` plugin: lets plugins say values about queries.
///
/// [Metadata] is all of it; the server does the rest, before it chooses a view. The manual for
/// operators is `README.md` beside this file.
@NullMarked
package dev.onoma.plugins.metadata;

import org.jspecify.annotations.NullMarked;
