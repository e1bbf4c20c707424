/// Compares DNS servers on one machine: what an answered query costs them, memory, start.
///
/// Not a test: run [Comparison] by hand, on a quiet machine.
@NullMarked
package dev.onoma.comparison;

import org.jspecify.annotations.NullMarked;
