/// The `tls` plugin: certificates of the encrypted listeners.
///
/// Start at [TlsPlugin]; [TlsOptions] reads the directive. The manual for operators is `README.md`
/// beside this file.
@NullMarked
package dev.onoma.plugins.tls;

import org.jspecify.annotations.NullMarked;
