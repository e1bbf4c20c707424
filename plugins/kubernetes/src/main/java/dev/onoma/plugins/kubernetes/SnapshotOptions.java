package dev.onoma.plugins.kubernetes;

import java.nio.file.Path;
import java.time.Duration;

/// Where the last known state of a cluster is kept.
///
/// @param ageMax a file that was written longer ago is not used
record SnapshotOptions(Path file, Duration ageMax) {
    static final Duration AGE_MAX_DEFAULT = Duration.ofHours(24);
}
