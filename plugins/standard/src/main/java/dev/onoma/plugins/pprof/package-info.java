/// The `pprof` plugin: what the process is doing, over HTTP.
///
/// [Pprof] is where to start. The manual for operators is `README.md` beside this file.
@NullMarked
package dev.onoma.plugins.pprof;

import org.jspecify.annotations.NullMarked;
