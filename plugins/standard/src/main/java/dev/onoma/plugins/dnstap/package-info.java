/// The `dnstap` plugin: every message as a record of dnstap, to whoever collects them.
///
/// Start at [Dnstap]; [TapMessage] writes the records, [Frames] the stream, a [Sink] carries them
/// out of the way of queries: [Sender] connects, [TapListener] is connected to.
///
/// The manual for operators is `README.md` beside this file; its examples run as tests.
@NullMarked
package dev.onoma.plugins.dnstap;

import org.jspecify.annotations.NullMarked;
