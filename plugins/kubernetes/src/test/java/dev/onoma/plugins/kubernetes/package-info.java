/// Tests of the `kubernetes` plugin, its store and its manifests.
@NullMarked
package dev.onoma.plugins.kubernetes;

import org.jspecify.annotations.NullMarked;
