/// The `admin` plugin: pages for operators. Start at [Admin], which reads the Corefile;
/// [AdminGuard] says who may ask.
///
/// The manual for operators is `README.md` beside this file; its examples run as tests.
@NullMarked
package dev.onoma.plugins.admin;

import org.jspecify.annotations.NullMarked;
