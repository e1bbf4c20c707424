package dev.onoma.tsig;

import dev.onoma.api.Time;
import java.util.Arrays;
import javax.crypto.Mac;
import org.jspecify.annotations.Nullable;

/// One query of ours that is signed, and the messages that answer it (RFC 8945, section 5.4).
///
/// Not every message of a transfer has to be signed, but the first, the last, and one of a hundred
/// (section 5.3.1). One thread; closed when it is over.
public final class TsigConversation implements AutoCloseable {
    /// How many seconds clocks may differ (RFC 8945, section 10).
    static final int FUDGE_SECONDS = 300;

    private static final int UNSIGNED_MAX = 99;

    private final TsigKey key;
    private final TsigAlgorithm algorithm;
    private final Time time;
    private final Mac mac;
    private boolean first = true;
    private int unsigned;

    public TsigConversation(TsigKey key, Time time) {
        this.key = key;
        this.time = time;
        algorithm = key.algorithm();
        mac = key.take(algorithm);
    }

    /// Signs the query.
    ///
    /// @return the message with its signature
    public byte[] sign(byte[] message) {
        long now = time.now().getEpochSecond();
        mac.reset();
        mac.update(message);
        TsigRecord.variables(mac, key.wire(), algorithm.wire(), now, FUDGE_SECONDS, 0, new byte[0]);
        var made = Arrays.copyOf(mac.doFinal(), algorithm.macOctets());
        TsigRecord.earlier(mac, made);
        int most = TsigRecord.octets(key.wire().length, algorithm.wire().length, made.length, 0);
        var signed = Arrays.copyOf(message, message.length + most);
        TsigRecord.write(
                signed,
                message.length,
                key.wire(),
                algorithm.wire(),
                now,
                FUDGE_SECONDS,
                made,
                0,
                new byte[0]);
        return signed;
    }

    /// Checks the next message.
    ///
    /// @throws TsigException if it is not what the other side signed, or too many are not signed
    public void check(byte[] message, int length) throws TsigException {
        int at = Walk.lastTsig(message, length);
        if (at < 0) {
            if (first) {
                throw new TsigException("the response is not signed");
            }
            if (++unsigned > UNSIGNED_MAX) {
                throw new TsigException("a hundred messages came without a signature");
            }
            mac.update(message, 0, length);
            return;
        }
        var tsig = TsigRecord.read(message, at, length);
        if (tsig == null) {
            throw new TsigException("the response has a malformed signature");
        }
        check(tsig, message);
    }

    private void check(TsigRecord tsig, byte[] message) throws TsigException {
        if (tsig.error() != 0) {
            throw new TsigException(
                    "the other side refuses the key %s: %s"
                            .formatted(key, TsigError.text(tsig.error())));
        }
        if (!Arrays.equals(key.wire(), octets(tsig.key()))
                || TsigAlgorithm.of(tsig.algorithm()) != algorithm) {
            throw new TsigException("the response is signed with another key");
        }
        tsig.digestMessage(mac, message);
        if (first) {
            tsig.digestVariables(mac, key.wire(), algorithm.wire());
        } else {
            TsigRecord.timers(mac, tsig.timeSigned(), tsig.fudge());
        }
        if (tsig.mac().length != algorithm.macOctets() || !tsig.matches(mac.doFinal())) {
            throw new TsigException("the signature of the response is wrong");
        }
        if (Math.abs(time.now().getEpochSecond() - tsig.timeSigned()) > tsig.fudge()) {
            throw new TsigException("the response was signed at another time; look at the clocks");
        }
        TsigRecord.earlier(mac, tsig.mac());
        first = false;
        unsigned = 0;
    }

    /// Checks that the last message was signed.
    public void end() throws TsigException {
        if (first || unsigned > 0) {
            throw new TsigException("the last message of the response is not signed");
        }
    }

    private static byte @Nullable [] octets(dev.onoma.api.NameKey name) {
        var octets = new byte[name.length()];
        name.copyTo(0, octets, 0, octets.length);
        return octets;
    }

    @Override
    public void close() {
        mac.reset();
        key.give(algorithm, mac);
    }
}
