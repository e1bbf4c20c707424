package dev.onoma.tsig;

import org.xbill.DNS.Type;

/// Finds the TSIG record of a message, without decoding what stands before it.
final class Walk {
    private Walk() {}

    /// Where the last record begins if it is a TSIG record; -1 if it is none.
    ///
    /// @throws TsigException if this is no message, or there is one before its end
    static int lastTsig(byte[] message, int length) throws TsigException {
        if (length < TsigRecord.HEADER_OCTETS) {
            throw malformed();
        }
        int at = TsigRecord.HEADER_OCTETS;
        for (int i = TsigRecord.u16(message, 4); i > 0; i--) {
            at = name(message, at, length) + 4;
        }
        int records =
                TsigRecord.u16(message, 6)
                        + TsigRecord.u16(message, 8)
                        + TsigRecord.u16(message, 10);
        for (int i = 1; i <= records; i++) {
            int fixed = name(message, at, length);
            if (fixed + 10 > length) {
                throw malformed();
            }
            if (TsigRecord.u16(message, fixed) == Type.TSIG) {
                if (i < records) {
                    throw malformed();
                }
                return at;
            }
            at = fixed + 10 + TsigRecord.u16(message, fixed + 8);
        }
        return -1;
    }

    private static int name(byte[] message, int from, int length) throws TsigException {
        int at = from;
        while (at < length) {
            int size = message[at] & 0xff;
            if (size >= 0xc0) {
                return at + 2;
            }
            at += size + 1;
            if (size == 0) {
                return at;
            }
        }
        throw malformed();
    }

    private static TsigException malformed() {
        return new TsigException("the response is no message");
    }
}
