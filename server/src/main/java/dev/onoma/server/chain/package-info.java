/// Which server block answers, and which plugin is next.
///
/// [PluginOrder] is the order of the chain, [Link] one plugin in it, [Router] the choice of the
/// block by the longest zone (and view) for one listener.
@NullMarked
package dev.onoma.server.chain;

import org.jspecify.annotations.NullMarked;
