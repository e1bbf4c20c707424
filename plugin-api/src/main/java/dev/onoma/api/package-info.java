/// Everything a plugin author sees.
@NullMarked
package dev.onoma.api;

import org.jspecify.annotations.NullMarked;
