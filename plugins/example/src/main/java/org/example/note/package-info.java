/// The `note` plugin, by somebody who does not work on Onoma: names that answer with a text.
///
/// It is [Note]. The manual for operators is `README.md` beside this file.
@NullMarked
package org.example.note;

import org.jspecify.annotations.NullMarked;
