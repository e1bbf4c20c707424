package dev.onoma.plugins.kubernetes;

/// Why an API server refuses, as its `Status` object says.
///
/// @param code an HTTP status; 0 if it does not say
/// @param retryAfterSeconds when it wants to be asked again; 0 if it does not say
record ApiStatus(int code, String reason, String message, int retryAfterSeconds) {
    static final ApiStatus UNKNOWN = new ApiStatus(0, "", "", 0);
}
