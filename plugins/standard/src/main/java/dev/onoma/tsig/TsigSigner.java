package dev.onoma.tsig;

import dev.onoma.api.MessageSigner;
import dev.onoma.api.NameKey;
import dev.onoma.api.Time;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;

/// Signs the messages of a response (RFC 8945, section 5.3): the first with all variables, the
/// others with the timers alone, each over the MAC of the one before it.
final class TsigSigner implements MessageSigner {
    private final byte[] keyName;
    private final byte[] algorithmName;
    private final @Nullable TsigKey key;
    private final @Nullable TsigAlgorithm algorithm;
    private final boolean verified;
    private final Time time;
    private final long timeSigned;
    private final int fudge;
    private final int error;
    private final byte[] other;
    private byte[] earlier;
    private boolean first = true;

    private TsigSigner(
            TsigRecord query,
            @Nullable TsigKey key,
            @Nullable TsigAlgorithm algorithm,
            Time time,
            long timeSigned,
            int error,
            byte[] other) {
        keyName = octets(query.key());
        algorithmName = octets(query.algorithm());
        this.key = key;
        this.algorithm = algorithm;
        verified = error == 0;
        this.time = time;
        this.timeSigned = timeSigned;
        fudge = query.fudge();
        this.error = error;
        this.other = other;
        earlier = query.mac();
    }

    private static byte[] octets(NameKey name) {
        var octets = new byte[name.length()];
        name.copyTo(0, octets, 0, octets.length);
        return octets;
    }

    /// For the response to a query whose signature is right.
    static TsigSigner verified(TsigRecord query, TsigKey key, TsigAlgorithm algorithm, Time time) {
        return new TsigSigner(query, key, algorithm, time, -1, 0, new byte[0]);
    }

    /// For an error about a key or a MAC, which is not signed (RFC 8945, section 5.3.2).
    static TsigSigner unsigned(TsigRecord query, TsigError error, Time time) {
        return new TsigSigner(query, null, null, time, -1, error.code(), new byte[0]);
    }

    /// For an error about a signature that is right otherwise.
    static TsigSigner refused(
            TsigRecord query, TsigKey key, TsigAlgorithm algorithm, Time time, TsigError error) {
        // Who has another time gets his own back, and ours beside it (RFC 8945, section 5.2.3).
        boolean badTime = error == TsigError.BADTIME;
        var other = badTime ? TsigRecord.time48(time.now().getEpochSecond()) : new byte[0];
        long signed = badTime ? query.timeSigned() : -1;
        return new TsigSigner(query, key, algorithm, time, signed, error.code(), other);
    }

    @Override
    public Optional<Name> key() {
        return verified && key != null ? Optional.of(key.name()) : Optional.empty();
    }

    @Override
    public int octetsMax() {
        int mac = algorithm == null ? 0 : algorithm.macOctets();
        return TsigRecord.octets(keyName.length, algorithmName.length, mac, other.length);
    }

    @Override
    public int sign(byte[] message, int length) {
        long now = timeSigned < 0 ? time.now().getEpochSecond() : timeSigned;
        var mac = key == null || algorithm == null ? new byte[0] : mac(message, length, now);
        first = false;
        earlier = mac;
        return TsigRecord.write(
                message, length, keyName, algorithmName, now, fudge, mac, error, other);
    }

    private byte[] mac(byte[] message, int length, long now) {
        var with = java.util.Objects.requireNonNull(key);
        var how = java.util.Objects.requireNonNull(algorithm);
        var mac = with.take(how);
        TsigRecord.earlier(mac, earlier);
        mac.update(message, 0, length);
        if (first) {
            TsigRecord.variables(mac, with.wire(), how.wire(), now, fudge, error, other);
        } else {
            TsigRecord.timers(mac, now, fudge);
        }
        var whole = mac.doFinal();
        with.give(how, mac);
        return whole.length == how.macOctets() ? whole : Arrays.copyOf(whole, how.macOctets());
    }
}
