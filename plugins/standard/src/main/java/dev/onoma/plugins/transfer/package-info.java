/// The `transfer` plugin: gives whole zones to other servers (RFC 5936, RFC 1995), and tells them
/// when zones change (RFC 1996).
///
/// Start at [Transfer]; [TransferRule] reads the Corefile, [TransferHandler] answers, [Notifier]
/// tells. Zones come from other plugins through [dev.onoma.api.ZoneTransfers]. The manual for
/// operators is `README.md` beside this file.
@NullMarked
package dev.onoma.plugins.transfer;

import org.jspecify.annotations.NullMarked;
