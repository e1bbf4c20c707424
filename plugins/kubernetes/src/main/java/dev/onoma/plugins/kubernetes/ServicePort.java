package dev.onoma.plugins.kubernetes;

/// A port of a service or of an endpoint slice.
///
/// @param name empty when the port has none
/// @param protocol lower case: `tcp`, `udp`, `sctp`
/// @param port 0 to 65,535
record ServicePort(String name, String protocol, int port) {}
