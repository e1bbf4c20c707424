/// The `cookies` plugin: DNS cookies (RFC 7873, RFC 9018). [CookieOptions] reads the Corefile,
/// [ServerCookie] is the format, [CookieHandler] gives and checks.
///
/// The manual for operators is `README.md` beside this file; its examples run as tests.
@NullMarked
package dev.onoma.plugins.cookies;

import org.jspecify.annotations.NullMarked;
