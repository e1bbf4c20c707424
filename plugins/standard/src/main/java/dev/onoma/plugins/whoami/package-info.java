/// The `whoami` plugin: tells a client its own address, port and transport.
///
/// [Whoami] is all of it. The manual for operators is `README.md` beside this file.
@NullMarked
package dev.onoma.plugins.whoami;

import org.jspecify.annotations.NullMarked;
