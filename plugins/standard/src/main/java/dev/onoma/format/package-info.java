/// How lines and fields about queries are written: [QueryFormat], used by *log* and *dnstap*.
@NullMarked
package dev.onoma.format;

import org.jspecify.annotations.NullMarked;
