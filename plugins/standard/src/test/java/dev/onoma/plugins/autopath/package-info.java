/// Tests of the `autopath` plugin.
@NullMarked
package dev.onoma.plugins.autopath;

import org.jspecify.annotations.NullMarked;
