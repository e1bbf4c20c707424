/// The `kubernetes` plugin: names of services, endpoints and pods, as the Kubernetes DNS
/// specification 1.1.0 lays them out.
///
/// An `ObjectSource` delivers the objects of a cluster into the [ServiceStore]; answers are made
/// from its immutable states and kept as wire sections for as long as the state is current. The
/// manual for operators is `README.md` beside this file; its examples run as tests.
@NullMarked
package dev.onoma.plugins.kubernetes;

import org.jspecify.annotations.NullMarked;
