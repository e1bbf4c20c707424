/// The `secondary` plugin: serves zones that it gets from other servers (RFC 1995, 5936, 9103).
///
/// Start at [Secondary]; [SecondaryOptions] reads the Corefile, [SecondaryZone] keeps one zone at
/// what its primaries have, [Conversation] talks to one of them. What comes in is judged by
/// [dev.onoma.zone.IncomingTransfer]. The manual for operators is `README.md` beside this file.
@NullMarked
package dev.onoma.plugins.secondary;

import org.jspecify.annotations.NullMarked;
