/// The `acl` plugin: whose queries are answered. Start at [Acl]; [AclHandler] decides, [Networks]
/// knows whether an address is in a list of networks.
///
/// The manual for operators is `README.md` beside this file; its examples run as tests.
@NullMarked
package dev.onoma.plugins.acl;

import org.jspecify.annotations.NullMarked;
