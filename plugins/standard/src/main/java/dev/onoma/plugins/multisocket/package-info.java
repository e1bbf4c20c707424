/// The `multisocket` plugin: the number of sockets, which the server chooses itself.
///
/// [Multisocket] is where to start. The manual for operators is `README.md` beside this file.
@NullMarked
package dev.onoma.plugins.multisocket;

import org.jspecify.annotations.NullMarked;
