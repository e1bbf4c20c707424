package dev.onoma.plugins.dnstap;

import dev.onoma.api.Time;
import dev.onoma.api.Transport;
import dev.onoma.api.UpstreamTap;
import java.net.InetSocketAddress;
import java.util.List;

/// Tells the taps of what goes to upstreams, and comes from them.
record UpstreamMessages(List<Tap> taps, Time time) implements UpstreamTap {
    @Override
    public void sent(Transport how, InetSocketAddress upstream, byte[] message) {
        for (var tap : taps) {
            var told =
                    new TapMessage(TapMessage.Kind.FORWARDER_QUERY)
                            .between(null, upstream)
                            .over(how)
                            .askedAt(DnstapHandler.epochNanos(time));
            tap.send(tap.isFull() ? told.query(message, message.length) : told, "");
        }
    }

    @Override
    public void received(Transport how, InetSocketAddress upstream, long ago, byte[] message) {
        long now = DnstapHandler.epochNanos(time);
        for (var tap : taps) {
            var told =
                    new TapMessage(TapMessage.Kind.FORWARDER_RESPONSE)
                            .between(null, upstream)
                            .over(how)
                            .askedAt(now - ago)
                            .answeredAt(now);
            tap.send(tap.isFull() ? told.response(message) : told, "");
        }
    }
}
