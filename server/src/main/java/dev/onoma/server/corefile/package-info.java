/// Text to server blocks, and every message about that text.
///
/// Start at [CorefileParser], which makes a [Corefile] of a [CorefileSource]. The language is that
/// of CoreDNS; where this package differs on purpose, the class that does says so.
@NullMarked
package dev.onoma.server.corefile;

import org.jspecify.annotations.NullMarked;
