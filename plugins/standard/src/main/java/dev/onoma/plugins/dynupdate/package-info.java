/// The `dynupdate` plugin: a zone that clients may change (RFC 2136).
///
/// Start at [DynUpdate]; [DynUpdateOptions] reads the Corefile, [UpdateHandler] decides who may,
/// and [DynamicZone] makes changes one after the other and keeps them. The manual for operators is
/// `README.md` beside this file.
@NullMarked
package dev.onoma.plugins.dynupdate;

import org.jspecify.annotations.NullMarked;
