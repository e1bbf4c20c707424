/// The `tsig` plugin: queries and responses that are signed with shared keys (RFC 8945).
///
/// Start at [Tsig]; [TsigOptions] reads the Corefile, [KeyFile] files of keys. How signatures are
/// made and checked is in [dev.onoma.tsig]. The manual for operators is `README.md` beside this
/// file.
@NullMarked
package dev.onoma.plugins.tsig;

import org.jspecify.annotations.NullMarked;
