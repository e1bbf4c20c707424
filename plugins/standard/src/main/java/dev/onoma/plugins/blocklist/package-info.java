/// The `blocklist` plugin: names that are not answered. [BlocklistOptions] reads the Corefile,
/// [Lists] keeps what the files say, in a [NameTable], and [BlocklistHandler] asks it.
///
/// The manual for operators is `README.md` beside this file; its examples run as tests.
@NullMarked
package dev.onoma.plugins.blocklist;

import org.jspecify.annotations.NullMarked;
