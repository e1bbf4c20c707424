/// The `cache` plugin: keeps answers for as long as their TTL allows.
///
/// Start at [CacheHandler]; [CacheTable] is where answers lie, [Storing] decides what may lie there
/// and how long, [CacheOptions] reads the Corefile. The manual for operators is `README.md` beside
/// this file.
@NullMarked
package dev.onoma.plugins.cache;

import org.jspecify.annotations.NullMarked;
