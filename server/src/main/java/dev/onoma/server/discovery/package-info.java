/// Plugins on the class path, and in jars dropped into a folder.
@NullMarked
package dev.onoma.server.discovery;

import org.jspecify.annotations.NullMarked;
