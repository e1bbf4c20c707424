package dev.onoma.plugins.kubernetes;

import org.jspecify.annotations.Nullable;

/// One object as an API server sent it.
///
/// @param version `metadata.resourceVersion`, to continue from
/// @param object what DNS needs of it; null if that is nothing
record ApiItem(KubernetesObject.Key key, String version, @Nullable KubernetesObject object) {
    /// Versions are numbers that grow with time (KEP-5504); 0 for anything else.
    static long number(String version) {
        if (version.isEmpty() || version.length() > 18) {
            return 0;
        }
        long number = 0;
        for (int i = 0; i < version.length(); i++) {
            char digit = version.charAt(i);
            if (digit < '0' || digit > '9') {
                return 0;
            }
            number = number * 10 + digit - '0';
        }
        return number;
    }
}
