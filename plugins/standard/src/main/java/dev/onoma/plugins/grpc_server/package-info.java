/// The `grpc_server` plugin: limits of listeners for gRPC.
///
/// [GrpcServer] is all of it; the listener is part of the server. The manual for operators is
/// `README.md` beside this file.
@NullMarked
package dev.onoma.plugins.grpc_server;

import org.jspecify.annotations.NullMarked;
