/// The plugins that need no heavy library, a package for each.
@NullMarked
package dev.onoma.plugins;

import org.jspecify.annotations.NullMarked;
