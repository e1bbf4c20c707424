/// The `fanout` plugin: several upstreams are asked at once. [FanoutOptions] reads the Corefile,
/// [FanoutHandler] starts a [Race] for each query.
///
/// The manual for operators is `README.md` beside this file; its examples run as tests.
@NullMarked
package dev.onoma.plugins.fanout;

import org.jspecify.annotations.NullMarked;
