/// The `rrl` plugin: response rate limiting. [RrlOptions] reads the Corefile, [RrlHandler] decides,
/// [Accounts] is the bounded table of who has had how much.
///
/// The manual for operators is `README.md` beside this file; its examples run as tests.
@NullMarked
package dev.onoma.plugins.rrl;

import org.jspecify.annotations.NullMarked;
