/// Tests of the `k8s_external` plugin.
@NullMarked
package dev.onoma.plugins.k8s_external;

import org.jspecify.annotations.NullMarked;
