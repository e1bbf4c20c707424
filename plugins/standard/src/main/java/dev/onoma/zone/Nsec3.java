package dev.onoma.zone;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// How names are hashed in a zone that is denied with NSEC3 (RFC 5155).
///
/// @param isOptOut whether delegations without keys have no record of their own (section 6)
/// @param iterations beyond the first; 0 is what RFC 9276 asks for
/// @param salt empty is what RFC 9276 asks for
public record Nsec3(boolean isOptOut, int iterations, byte[] salt) {
    /// What validators take as secure at most (RFC 9276, section 3.2).
    public static final int ITERATIONS_MAX = 50;

    /// The hash of a name (section 5).
    ///
    /// @param wire in lower case, in wire form
    byte[] hash(byte[] wire) {
        try {
            var sha = MessageDigest.getInstance("SHA-1");
            var hash = wire;
            for (int i = 0; i <= iterations; i++) {
                sha.update(hash);
                sha.update(salt);
                hash = sha.digest();
            }
            return hash;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }

    /// As a Corefile has it.
    @Override
    public String toString() {
        return "nsec3"
                + (isOptOut ? " optout" : "")
                + (iterations > 0 ? " iterations " + iterations : "")
                + (salt.length > 0 ? " salt " + HexFormat.of().formatHex(salt) : "");
    }
}
