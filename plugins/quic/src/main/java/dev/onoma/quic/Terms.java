package dev.onoma.quic;

import java.time.Duration;

/// What clients are told when their connection begins, and what they may do from then on.
///
/// @param idle how long a connection may be without packets
record Terms(Dialect dialect, Duration idle) {}
