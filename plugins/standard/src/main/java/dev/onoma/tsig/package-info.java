/// Messages that are signed with shared keys (TSIG, RFC 8945).
///
/// What `tsig`, `transfer`, `secondary` and updates share, and no plugin itself. [TsigKeys] holds
/// the keys of a server block; [TsigVerifier] checks queries that come in and makes what signs
/// their responses, [TsigConversation] signs queries that go out and checks what answers them.
@NullMarked
package dev.onoma.tsig;

import org.jspecify.annotations.NullMarked;
