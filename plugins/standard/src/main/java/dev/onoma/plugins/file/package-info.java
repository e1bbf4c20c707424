/// The `file` plugin: serves zones from master files (RFC 1035, section 5).
///
/// Start at [FilePlugin]; [FileOptions] reads the Corefile. [dev.onoma.zone.ZoneFile] keeps a zone
/// at what its file says. How zones are read, kept and answered from is in [dev.onoma.zone]. The
/// manual for operators is `README.md` beside this file.
@NullMarked
package dev.onoma.plugins.file;

import org.jspecify.annotations.NullMarked;
