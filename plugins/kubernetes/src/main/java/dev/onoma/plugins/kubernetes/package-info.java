/// The `kubernetes` plugin: names for what runs in a cluster.
@NullMarked
package dev.onoma.plugins.kubernetes;

import org.jspecify.annotations.NullMarked;
