/// The `geoip` plugin: where a client is, by MaxMind databases. Start at [Geoip]; [Database]
/// follows its file, [Place] reads what a record says.
///
/// The manual for operators is `README.md` beside this file; its examples run as tests.
@NullMarked
package dev.onoma.plugins.geoip;

import org.jspecify.annotations.NullMarked;
