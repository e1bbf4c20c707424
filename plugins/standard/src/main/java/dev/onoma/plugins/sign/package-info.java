/// The `sign` plugin: keeps a signed copy of a zone's file, for *file* to serve.
///
/// Start at [Sign]; [SignOptions] reads the Corefile, [ZoneCopy] signs when it is time. How a zone
/// is signed is in [dev.onoma.zone.ZoneSigner]. The manual for operators is `README.md` beside this
/// file.
@NullMarked
package dev.onoma.plugins.sign;

import org.jspecify.annotations.NullMarked;
