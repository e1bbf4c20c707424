package dev.onoma.api;

import java.time.Duration;

/// What a listener for gRPC allows, set by `grpc_server`.
///
/// @param connectionsMax open at a time; more wait to be accepted; 0 for no limit
/// @param streamsMax queries of one connection at a time
/// @param idle after which a connection that asks nothing is asked to end
/// @param age after which any connection is asked to end, so that clients spread anew; zero for no
///   limit
/// @param requests what they may bring
public record GrpcLimits(
        int connectionsMax, int streamsMax, Duration idle, Duration age, RequestLimits requests) {
    /// What holds without the directive.
    public static final GrpcLimits DEFAULT =
            new GrpcLimits(200, 256, Duration.ofMinutes(5), Duration.ZERO, RequestLimits.DEFAULT);
}
