/// Plays scenarios, texts that read like a terminal with `dig`, against a DNS server.
@NullMarked
package dev.onoma.testkit;

import org.jspecify.annotations.NullMarked;
