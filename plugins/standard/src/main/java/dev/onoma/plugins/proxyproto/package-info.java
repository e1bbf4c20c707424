/// The `proxyproto` plugin: who the client is when a load balancer stands between.
///
/// [ProxyProto] reads the directive; the server's listeners do what it says. The manual for
/// operators is `README.md` beside this file; its examples run as tests.
@NullMarked
package dev.onoma.plugins.proxyproto;

import org.jspecify.annotations.NullMarked;
