/// The `loadbalance` plugin: puts the addresses of an answer into another order each time.
///
/// Start at [Loadbalance], which reads the directive; [Weights], read by [WeightFile], and
/// [Preference] are its other policies. The manual for operators is `README.md` beside this file.
@NullMarked
package dev.onoma.plugins.loadbalance;

import org.jspecify.annotations.NullMarked;
