/// What ships, as it ships: the image, the manifests, the chart.
@NullMarked
package dev.onoma.deployment;

import org.jspecify.annotations.NullMarked;
