/// What plugins that ask others have in common: [ReplyOpt], used by *forward* and *grpc*.
@NullMarked
package dev.onoma.upstream;

import org.jspecify.annotations.NullMarked;
