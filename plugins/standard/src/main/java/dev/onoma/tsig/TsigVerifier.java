package dev.onoma.tsig;

import dev.onoma.api.MessageSigner;
import dev.onoma.api.Query;
import dev.onoma.api.Time;
import org.jspecify.annotations.Nullable;

/// Checks the signatures of queries (RFC 8945, section 5.2). Any thread.
public final class TsigVerifier {
    // Below half of the whole nobody may go, nor below this (RFC 8945, section 5.2.2.1).
    private static final int TRUNCATED_OCTETS_MIN = 10;

    private final TsigKeys keys;
    private final Time time;

    public TsigVerifier(TsigKeys keys, Time time) {
        this.keys = keys;
        this.time = time;
    }

    /// What became of a query that has a TSIG record.
    ///
    /// @param error why it is refused; null if it is not
    /// @param signer of the response, null if the query is malformed
    public record Result(@Nullable TsigError error, @Nullable MessageSigner signer) {
        /// Whether the query is no message at all: FORMERR.
        public boolean isMalformed() {
            return signer == null;
        }
    }

    /// Checks key, MAC, time and length of the MAC, in this order.
    public Result check(Query query) {
        var message = query.wire();
        var tsig = TsigRecord.read(message, query.tsigAt(), query.sizeOctets());
        if (tsig == null) {
            return new Result(null, null);
        }
        var algorithm = TsigAlgorithm.of(tsig.algorithm());
        var key = keys.find(tsig.key());
        if (key == null || algorithm == null) {
            return unsigned(tsig, TsigError.BADKEY);
        }
        int least = Math.max(TRUNCATED_OCTETS_MIN, algorithm.macOctets() / 2);
        if (tsig.mac().length < least || tsig.mac().length > algorithm.macOctets()) {
            return tsig.mac().length == 0
                    ? unsigned(tsig, TsigError.BADSIG)
                    : new Result(null, null);
        }
        var mac = key.take(algorithm);
        tsig.digestMessage(mac, message);
        tsig.digestVariables(mac, key.wire(), algorithm.wire());
        var computed = mac.doFinal();
        key.give(algorithm, mac);
        if (!tsig.matches(computed)) {
            return unsigned(tsig, TsigError.BADSIG);
        }
        if (Math.abs(time.now().getEpochSecond() - tsig.timeSigned()) > tsig.fudge()) {
            return refused(tsig, key, algorithm, TsigError.BADTIME);
        }
        if (tsig.mac().length < algorithm.macOctets()) {
            return refused(tsig, key, algorithm, TsigError.BADTRUNC);
        }
        return new Result(null, TsigSigner.verified(tsig, key, algorithm, time));
    }

    private Result unsigned(TsigRecord tsig, TsigError error) {
        return new Result(error, TsigSigner.unsigned(tsig, error, time));
    }

    private Result refused(TsigRecord tsig, TsigKey key, TsigAlgorithm algorithm, TsigError error) {
        return new Result(error, TsigSigner.refused(tsig, key, algorithm, time, error));
    }
}
