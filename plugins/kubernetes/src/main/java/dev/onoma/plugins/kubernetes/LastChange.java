package dev.onoma.plugins.kubernetes;

import org.jspecify.annotations.Nullable;

/// Which object of one resource was put last, as far as was seen: by it a server whose database was
/// restored can be told from the one that it was before, whatever its versions have come to.
///
/// For one thread.
final class LastChange {
    private KubernetesObject.@Nullable Key key;
    private long version;

    /// @param at the version; 0 if nothing is known of the order of versions
    void note(KubernetesObject.Key changed, long at, boolean gone) {
        if (at > version) {
            version = at;
            key = gone ? null : changed;
        }
    }

    void clear() {
        key = null;
        version = 0;
    }

    /// Null if nothing is known, or if it was taken away.
    KubernetesObject.@Nullable Key key() {
        return key;
    }

    /// Compares it with what a server has.
    ///
    /// @param found its version there; -1 if there is none
    /// @throws ApiFailure if this is not the same, or may not be
    void compare(long found) throws ApiFailure {
        if (found < 0) {
            throw new ApiFailure(ApiFailure.Cause.GONE, "what was seen last is not there");
        }
        if (found < version) {
            throw new ApiFailure(
                    ApiFailure.Cause.REWOUND,
                    "%s is at version %d there and was seen at %d (a restored database?); everything is listed again"
                            .formatted(key, found, version));
        }
    }
}
