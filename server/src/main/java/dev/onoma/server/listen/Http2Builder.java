package dev.onoma.server.listen;

import dev.onoma.api.RequestLimit;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;
import org.jspecify.annotations.Nullable;

/// Netty's codec for HTTP/2, with the limits that it keeps for us: it counts what is reset (rapid
/// reset, and what makes us reset), empty and small frames, and what we owe of acknowledgements;
/// beyond, the connection ends with ENHANCE_YOUR_CALM.
final class Http2Builder
        extends AbstractHttp2ConnectionHandlerBuilder<Http2Exchanges, Http2Builder> {
    // What the codec says of a header list that is so long that the connection ends.
    private static final String TOO_LARGE = "Header size exceeded max allowed size";

    /// What is said of a request that is refused as too many answers are not taken.
    static final String UNTAKEN = "too many octets are not taken";

    private final HttpConnection connection;
    private final Kind kind;

    /// Makes one of them.
    @FunctionalInterface
    interface Kind {
        Http2Exchanges make(
                Http2ConnectionDecoder decoder,
                Http2ConnectionEncoder encoder,
                Http2Settings settings,
                HttpConnection connection);
    }

    Http2Builder(HttpConnection connection, int streamsMax, Kind kind) {
        this.connection = connection;
        this.kind = kind;
        var streams = new DefaultHttp2Connection(true, 0);
        streams.remote()
                .flowController(
                        new DefaultHttp2RemoteFlowController(
                                streams, new UniformStreamByteDistributor(streams)));
        connection(streams);
        frameListener(new Http2FrameAdapter());
        initialSettings(
                Http2Settings.defaultSettings()
                        .maxConcurrentStreams(streamsMax)
                        .maxHeaderListSize(connection.max(RequestLimit.MAX_HEADER_OCTETS)));
        int resetsMax = connection.max(RequestLimit.MAX_RESETS);
        decoderEnforceMaxRstFramesPerWindow(resetsMax, (int) Unasked.RESETS_TIME.toSeconds());
        encoderEnforceMaxRstFramesPerWindow(resetsMax, (int) Unasked.RESETS_TIME.toSeconds());
        encoderEnforceMaxQueuedControlFrames(connection.max(RequestLimit.MAX_ACKNOWLEDGEMENTS));
        decoderEnforceMaxConsecutiveEmptyDataFrames(connection.max(RequestLimit.MAX_EMPTY_FRAMES));
        // The codec counts the frame that they continue, too.
        decoderEnforceMaxSmallContinuationFrames(
                connection.max(RequestLimit.MAX_CONTINUATIONS) + 1);
        encoderIgnoreMaxHeaderListSize(true);
        validateRequiredPseudoHeaders(true);
    }

    @Override
    protected Http2Exchanges build() {
        return super.build();
    }

    @Override
    protected Http2Exchanges build(
            Http2ConnectionDecoder decoder,
            Http2ConnectionEncoder encoder,
            Http2Settings settings) {
        return kind.make(decoder, encoder, settings, connection);
    }

    /// The limit that an error of the codec is about, or null.
    static @Nullable String limit(Http2Exception error) {
        if (error.error() == Http2Error.ENHANCE_YOUR_CALM) {
            return "frames";
        }
        if (error.error() == Http2Error.REFUSED_STREAM) {
            return UNTAKEN.equals(error.getMessage()) ? "untaken" : "streams";
        }
        boolean isHeader =
                error instanceof Http2Exception.HeaderListSizeException
                        || String.valueOf(error.getMessage()).startsWith(TOO_LARGE);
        return isHeader ? "fields" : null;
    }
}
