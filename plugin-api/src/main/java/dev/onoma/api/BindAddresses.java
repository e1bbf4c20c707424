package dev.onoma.api;

import java.net.InetAddress;
import java.util.List;

/// The addresses that a server block listens on, set by `bind`. Without it: all.
///
/// @param addresses at least one, without doubles
public record BindAddresses(List<InetAddress> addresses) {}
