package dev.onoma.plugins.kubernetes;

/// Names of objects as keyed 64-bit hashes, for those who have too many to keep them: two of a
/// million objects share one with a chance of one in thirty million, and nobody can choose a name
/// that does.
///
/// @param seed not known to those who name objects
record KeyHashes(long seed) {
    /// Never 0.
    long of(KubernetesObject.Key key) {
        long hash = mixed(mixed(seed, key.namespace()) * 31 + '/', key.name());
        hash = spread(spread(hash));
        return hash == 0 ? 1 : hash;
    }

    /// Spreads over the upper bits what differs in any.
    static long spread(long bits) {
        return (bits ^ bits >>> 32) * 0xd6e8feb86659fd93L;
    }

    private static long mixed(long start, String text) {
        long hash = start;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x9e3779b97f4a7c15L;
            hash ^= hash >>> 29;
        }
        return hash;
    }
}
