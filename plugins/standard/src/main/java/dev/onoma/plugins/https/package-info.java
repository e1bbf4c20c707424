/// The `https` plugin: limits of listeners for DNS over HTTP.
///
/// [Https] is all of it. The manual for operators is `README.md` beside this file.
@NullMarked
package dev.onoma.plugins.https;

import org.jspecify.annotations.NullMarked;
