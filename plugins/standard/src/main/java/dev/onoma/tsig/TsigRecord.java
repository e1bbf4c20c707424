package dev.onoma.tsig;

import dev.onoma.api.NameKey;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Type;

/// A TSIG record in a message (RFC 8945, section 4.2), and how the MAC over that message is made
/// (section 4.3).
///
/// @param at where the record begins
/// @param algorithm by its name
/// @param timeSigned in seconds since 1970
/// @param fudge how many seconds clocks may differ
/// @param originalId the id of the message when it was signed
/// @param error 0, or why a query was refused
/// @param other the clock of who found ours wrong, if `error` is BADTIME
record TsigRecord(
        int at,
        NameKey key,
        NameKey algorithm,
        long timeSigned,
        int fudge,
        byte[] mac,
        int originalId,
        int error,
        byte[] other) {
    static final int HEADER_OCTETS = 12;
    private static final int FIXED_OCTETS = 10;
    private static final int NUMBERS_OCTETS = 16;

    /// Reads the record at `at`, which is the last of a message.
    ///
    /// @return null if it is malformed
    static @Nullable TsigRecord read(byte[] message, int at, int length) {
        var key = new NameKey();
        int fixed = key.read(message, at, length);
        if (fixed < 0
                || fixed + FIXED_OCTETS > length
                || u16(message, fixed + 2) != DClass.ANY
                || u32(message, fixed + 4) != 0) {
            return null;
        }
        int data = fixed + FIXED_OCTETS;
        int end = data + u16(message, fixed + 8);
        var algorithm = new NameKey();
        int numbers = end > length ? -1 : algorithm.read(message, data, end);
        if (numbers < 0 || numbers + NUMBERS_OCTETS > end) {
            return null;
        }
        int mac = numbers + 10;
        int behind = mac + u16(message, numbers + 8);
        if (behind + 6 > end || behind + 6 + u16(message, behind + 4) != end) {
            return null;
        }
        return new TsigRecord(
                at,
                key,
                algorithm,
                (long) u16(message, numbers) << 32 | u32(message, numbers + 2),
                u16(message, numbers + 6),
                Arrays.copyOfRange(message, mac, behind),
                u16(message, behind),
                u16(message, behind + 2),
                Arrays.copyOfRange(message, behind + 6, end));
    }

    /// Adds the message without this record to a MAC, as it was when it was signed.
    void digestMessage(Mac mac, byte[] message) {
        mac.update((byte) (originalId >> 8));
        mac.update((byte) originalId);
        mac.update(message, 2, 8);
        int additional = u16(message, 10) - 1;
        mac.update((byte) (additional >> 8));
        mac.update((byte) additional);
        mac.update(message, HEADER_OCTETS, at - HEADER_OCTETS);
    }

    /// Adds the variables to a MAC (RFC 8945, section 4.3.3).
    void digestVariables(Mac mac, byte[] keyWire, byte[] algorithmWire) {
        variables(mac, keyWire, algorithmWire, timeSigned, fudge, error, other);
    }

    static void variables(
            Mac mac,
            byte[] key,
            byte[] algorithm,
            long timeSigned,
            int fudge,
            int error,
            byte[] other) {
        mac.update(key);
        mac.update((byte) (DClass.ANY >> 8));
        mac.update((byte) DClass.ANY);
        mac.update(new byte[4]); // TTL
        mac.update(algorithm);
        timers(mac, timeSigned, fudge);
        u16(mac, error);
        u16(mac, other.length);
        mac.update(other);
    }

    /// Adds the variables of all messages behind the first (RFC 8945, section 5.3.1).
    static void timers(Mac mac, long timeSigned, int fudge) {
        u16(mac, (int) (timeSigned >> 32));
        u16(mac, (int) (timeSigned >> 16));
        u16(mac, (int) timeSigned);
        u16(mac, fudge);
    }

    /// Adds the MAC of an earlier message.
    static void earlier(Mac mac, byte[] earlier) {
        u16(mac, earlier.length);
        mac.update(earlier);
    }

    static void u16(Mac mac, int value) {
        mac.update((byte) (value >> 8));
        mac.update((byte) value);
    }

    /// Whether a MAC is that of this record, or the beginning of it that this record has. Takes as
    /// long for one that is as for one that is not.
    boolean matches(byte[] computed) {
        return mac.length <= computed.length
                && MessageDigest.isEqual(mac, Arrays.copyOf(computed, mac.length));
    }

    /// The length of a record with a MAC of that length.
    static int octets(int keyOctets, int algorithmOctets, int macOctets, int otherOctets) {
        return keyOctets
                + FIXED_OCTETS
                + algorithmOctets
                + NUMBERS_OCTETS
                + macOctets
                + otherOctets;
    }

    /// Appends a record to a message, and counts it there.
    ///
    /// @return where it ends
    static int write(
            byte[] message,
            int length,
            byte[] key,
            byte[] algorithm,
            long timeSigned,
            int fudge,
            byte[] mac,
            int error,
            byte[] other) {
        int at = put(message, length, key);
        at = put16(message, at, Type.TSIG);
        at = put16(message, at, DClass.ANY);
        at = put16(message, put16(message, at, 0), 0);
        int lengthAt = at;
        at = put(message, at + 2, algorithm);
        at = put16(message, at, (int) (timeSigned >> 32));
        at = put16(message, at, (int) (timeSigned >> 16));
        at = put16(message, at, (int) timeSigned);
        at = put16(message, at, fudge);
        at = put16(message, at, mac.length);
        at = put(message, at, mac);
        at = put16(message, at, u16(message, 0));
        at = put16(message, at, error);
        at = put16(message, at, other.length);
        at = put(message, at, other);
        put16(message, lengthAt, at - lengthAt - 2);
        put16(message, 10, u16(message, 10) + 1);
        return at;
    }

    private static int put(byte[] message, int at, byte[] octets) {
        System.arraycopy(octets, 0, message, at, octets.length);
        return at + octets.length;
    }

    private static int put16(byte[] message, int at, int value) {
        message[at] = (byte) (value >> 8);
        message[at + 1] = (byte) value;
        return at + 2;
    }

    static int u16(byte[] message, int at) {
        return (message[at] & 0xff) << 8 | message[at + 1] & 0xff;
    }

    private static long u32(byte[] message, int at) {
        return (long) u16(message, at) << 16 | u16(message, at + 2);
    }

    static byte[] time48(long seconds) {
        return new byte[] {
            (byte) (seconds >> 40),
            (byte) (seconds >> 32),
            (byte) (seconds >> 24),
            (byte) (seconds >> 16),
            (byte) (seconds >> 8),
            (byte) seconds
        };
    }
}
