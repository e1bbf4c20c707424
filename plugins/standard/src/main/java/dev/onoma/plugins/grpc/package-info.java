/// The `grpc` plugin: asks other servers over gRPC.
///
/// Start at [Grpc]; [GrpcOptions] reads the directive, [GrpcFlight] is one query on its way,
/// [GrpcConnection] the talking. The manual for operators is `README.md` beside this file.
@NullMarked
package dev.onoma.plugins.grpc;

import org.jspecify.annotations.NullMarked;
