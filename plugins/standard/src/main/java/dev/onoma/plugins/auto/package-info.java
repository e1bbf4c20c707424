/// The `auto` plugin: serves the zones whose files lie in a folder.
///
/// Start at [Auto]; [AutoOptions] reads the Corefile, [ZoneFolder] finds the files and
/// [WatchedFolder] keeps the zones at what they say. How zones are read, kept and answered from is
/// in [dev.onoma.zone]. The manual for operators is `README.md` beside this file.
@NullMarked
package dev.onoma.plugins.auto;

import org.jspecify.annotations.NullMarked;
