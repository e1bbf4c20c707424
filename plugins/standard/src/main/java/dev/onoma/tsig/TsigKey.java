package dev.onoma.tsig;

import dev.onoma.api.NameKey;
import java.security.GeneralSecurityException;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.xbill.DNS.Name;

/// A secret that two sides share, and its name. Any thread.
public final class TsigKey {
    // As many as work at the same time are kept: making one costs more than using it.
    private static final int MACS_MAX = 64;

    private final Name name;
    private final byte[] wire;
    private final byte[] secret;
    private final TsigAlgorithm algorithm;
    private final Map<TsigAlgorithm, ArrayDeque<Mac>> macs = new HashMap<>();

    /// @param algorithm for what we sign first; responses are signed as their query is
    /// @param secret at least one octet
    public TsigKey(Name name, TsigAlgorithm algorithm, byte[] secret) {
        var key = NameKey.of(name);
        this.name = key.name();
        wire = this.name.toWire();
        this.algorithm = algorithm;
        this.secret = secret.clone();
    }

    /// Its name, in lower case.
    public Name name() {
        return name;
    }

    /// The algorithm of what we sign first.
    public TsigAlgorithm algorithm() {
        return algorithm;
    }

    /// Its name in wire form, in lower case.
    byte[] wire() {
        return wire;
    }

    /// Something to make a MAC with, that nobody else uses until it is given back.
    Mac take(TsigAlgorithm wanted) {
        synchronized (macs) {
            var idle = macs.get(wanted);
            var mac = idle == null ? null : idle.pollLast();
            if (mac != null) {
                return mac;
            }
        }
        try {
            var mac = Mac.getInstance(wanted.mac());
            mac.init(new SecretKeySpec(secret, wanted.mac()));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + wanted.mac(), e);
        }
    }

    /// Gives it back after `doFinal` or `reset`.
    void give(TsigAlgorithm algorithm, Mac mac) {
        synchronized (macs) {
            var idle = macs.computeIfAbsent(algorithm, _ -> new ArrayDeque<>());
            if (idle.size() < MACS_MAX) {
                idle.addLast(mac);
            }
        }
    }

    // The secret goes in as a MAC, so that nobody reads it from there.
    String fingerprint() {
        var mac = take(TsigAlgorithm.SHA256);
        var hash = mac.doFinal(wire);
        give(TsigAlgorithm.SHA256, mac);
        return name + "/" + algorithm + "/" + HexFormat.of().formatHex(hash);
    }

    /// Tells no secret.
    @Override
    public String toString() {
        return name.toString();
    }
}
