package dev.onoma.plugins.https3;

import dev.onoma.api.RequestLimit;
import dev.onoma.api.RequestLimits;
import dev.onoma.api.Transport;
import dev.onoma.quic.Connection;
import dev.onoma.quic.Dialect;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http3.DefaultHttp3GoAwayFrame;
import io.netty.handler.codec.http3.DefaultHttp3SettingsFrame;
import io.netty.handler.codec.http3.Http3;
import io.netty.handler.codec.http3.Http3ErrorCode;
import io.netty.handler.codec.http3.Http3ServerConnectionHandler;
import io.netty.handler.codec.http3.Http3Settings;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicStreamChannel;

/// DNS over HTTP/3, as a dialect of QUIC.
///
/// Header fields refer to nothing that was sent before (no dynamic table of QPACK), so that no
/// stream waits for another.
///
/// @param streamsMax of a connection
/// @param connectionsMax of the listener, 0 for no limit
/// @param requests what they may bring
record Doh3(int streamsMax, int connectionsMax, RequestLimits requests) implements Dialect {
    // Control, and those of QPACK, which clients open even when they do not need them; and one that
    // means nothing, by which clients see that unknown ones are ignored.
    private static final int CONTROL_STREAMS = 4;

    @Override
    public Transport transport() {
        return Transport.HTTPS3;
    }

    @Override
    public String protocol() {
        return "h3";
    }

    @Override
    public int windowOctets() {
        return requests.get(RequestLimit.MAX_WINDOW_OCTETS);
    }

    @Override
    public int controlStreamsMax() {
        return CONTROL_STREAMS;
    }

    @Override
    public void prepare(ChannelPipeline pipeline) {
        var settings =
                Http3Settings.defaultSettings()
                        .maxFieldSectionSize(requests.get(RequestLimit.MAX_HEADER_OCTETS));
        pipeline.addLast(
                new Http3ServerConnectionHandler(
                        new ChannelInitializer<QuicStreamChannel>() {
                            @Override
                            protected void initChannel(QuicStreamChannel stream) {
                                var connection = Connection.of(stream);
                                if (connection != null) {
                                    var request = new Doh3Stream(connection, stream, requests);
                                    stream.pipeline().addFirst(request.counter()).addLast(request);
                                }
                            }
                        },
                        null,
                        null,
                        new DefaultHttp3SettingsFrame(settings),
                        true));
    }

    @Override
    public void goodbye(QuicChannel channel, long nextStream) {
        var control = Http3.getLocalControlStream(channel);
        if (control != null) {
            var _ = control.writeAndFlush(new DefaultHttp3GoAwayFrame(nextStream));
        }
    }

    @Override
    public int noError() {
        return Http3ErrorCode.H3_NO_ERROR.code();
    }

    @Override
    public int overload() {
        return Http3ErrorCode.H3_EXCESSIVE_LOAD.code();
    }

    @Override
    public int cancelled() {
        return Http3ErrorCode.H3_REQUEST_CANCELLED.code();
    }
}
