package dev.onoma.server.listen;

import dev.onoma.api.DnsOverHttp;
import dev.onoma.server.wire.MaxAge;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Lends a plugin's listener what our own know of requests.
record HostedHttp(Worker worker) implements DnsOverHttp {
    @Override
    public int check(
            @Nullable CharSequence method,
            @Nullable CharSequence target,
            @Nullable CharSequence mediaType) {
        return DohRequest.check(method, target, mediaType);
    }

    @Override
    public byte @Nullable [] message(CharSequence target) {
        var query = worker.take();
        int octets = DohRequest.decode(target, query);
        var message = octets < 0 ? null : Arrays.copyOf(query.buffer(octets), octets);
        worker.give(query);
        return message;
    }

    @Override
    public int maxAge(byte[] message, int octets) {
        return MaxAge.seconds(message, octets);
    }

    @Override
    public CharSequence date() {
        return worker.date().now();
    }
}
