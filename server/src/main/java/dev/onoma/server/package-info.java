/// The process: a Corefile and packets in, packets out.
@NullMarked
package dev.onoma.server;

import org.jspecify.annotations.NullMarked;
