/// Zones: read from text, kept as octets, answered from.
///
/// What the plugins `file`, `auto`, `secondary`, `transfer` and `sign` share, and no plugin itself.
/// [ZoneReader] reads master files (RFC 1035, section 5), [ZoneBuilder] makes a [ZoneData] of
/// records from anywhere, [ZoneAnswers] answers from one.
@NullMarked
package dev.onoma.zone;

import org.jspecify.annotations.NullMarked;
