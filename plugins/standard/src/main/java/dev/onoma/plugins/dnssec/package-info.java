/// The `dnssec` plugin: signs responses on their way to clients that set DO (RFC 4035, RFC 9824).
///
/// Start at [DnssecHandler]; [DnssecOptions] reads the Corefile, [KeyRing] the keys. [Denials] says
/// what is not there. The manual for operators is `README.md` beside this file.
@NullMarked
package dev.onoma.plugins.dnssec;

import org.jspecify.annotations.NullMarked;
