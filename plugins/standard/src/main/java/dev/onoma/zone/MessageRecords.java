package dev.onoma.zone;

import dev.onoma.api.NameKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Type;

/// Reads the records of messages that others sent: names are followed, data is checked, and nothing
/// is believed.
public final class MessageRecords {
    private static final int JUMPS_MAX = 127;

    private final byte[] message;
    private final int length;
    private final byte[] owner = new byte[NameKey.OCTETS_MAX];
    private final byte[] data = new byte[0xffff + 2 * NameKey.OCTETS_MAX];
    private int dataLength;
    private int at;

    private MessageRecords(byte[] message, int length, int at) {
        this.message = message;
        this.length = length;
        this.at = at;
    }

    /// The records of the answer section.
    ///
    /// @throws ZoneException if they are malformed, or of another class than IN
    public static PackedRecords answers(byte[] message, int length) throws ZoneException {
        var out = new PackedRecords();
        try {
            var reader = new MessageRecords(message, length, 12);
            for (int i = reader.u16(4); i > 0; i--) {
                reader.at = reader.name(reader.at, reader.owner, 0, null) + 4;
            }
            for (int i = reader.u16(6); i > 0; i--) {
                reader.record(out);
            }
        } catch (SyntaxException | ArrayIndexOutOfBoundsException e) {
            throw new ZoneException("the message", String.valueOf(e.getMessage()));
        }
        return out;
    }

    /// The records of an update message (RFC 2136, section 2).
    ///
    /// @throws ZoneException if they are malformed
    static Update update(byte[] message, int length) throws ZoneException {
        var prerequisites = new ArrayList<UpdateRecord>();
        var changes = new ArrayList<UpdateRecord>();
        try {
            var reader = new MessageRecords(message, length, 12);
            for (int i = reader.u16(4); i > 0; i--) {
                reader.at = reader.name(reader.at, reader.owner, 0, null) + 4;
            }
            for (int i = reader.u16(6); i > 0; i--) {
                prerequisites.add(reader.update());
            }
            for (int i = reader.u16(8); i > 0; i--) {
                changes.add(reader.update());
            }
        } catch (SyntaxException | ArrayIndexOutOfBoundsException e) {
            throw new ZoneException("the message", String.valueOf(e.getMessage()));
        }
        return new Update(List.copyOf(prerequisites), List.copyOf(changes));
    }

    private UpdateRecord update() throws SyntaxException {
        int[] ownerLength = new int[1];
        int fixed = name(at, owner, 0, ownerLength);
        need(fixed + 10);
        int type = u16(fixed);
        int ttl = u16(fixed + 4) << 16 | u16(fixed + 6);
        int end = fixed + 10 + u16(fixed + 8);
        need(end);
        dataLength = 0;
        if (end > fixed + 10) {
            data(type, fixed + 10, end);
            RdataCheck.check(type, data, 0, dataLength);
        }
        at = end;
        var name = new NameKey();
        name.read(owner, 0, ownerLength[0]);
        return new UpdateRecord(
                name.copy(),
                Arrays.copyOf(owner, ownerLength[0]),
                type,
                u16(fixed + 2),
                Math.max(0, ttl),
                Arrays.copyOf(data, dataLength));
    }

    private void record(PackedRecords out) throws SyntaxException {
        int[] ownerLength = new int[1];
        int fixed = name(at, owner, 0, ownerLength);
        need(fixed + 10);
        int type = u16(fixed);
        if (u16(fixed + 2) != DClass.IN) {
            throw new SyntaxException("a record has another class than IN");
        }
        int ttl = u16(fixed + 4) << 16 | u16(fixed + 6);
        int end = fixed + 10 + u16(fixed + 8);
        need(end);
        data(type, fixed + 10, end);
        RdataCheck.check(type, data, 0, dataLength);
        // A TTL with its top bit set counts as zero (RFC 2181, section 8).
        out.add(owner, 0, ownerLength[0], type, Math.max(0, ttl), data, 0, dataLength);
        at = end;
    }

    // Names in the data of these types may be compressed (RFC 3597, section 4).
    private void data(int type, int from, int end) throws SyntaxException {
        dataLength = 0;
        int place = from;
        switch (type) {
            case Type.NS,
                    Type.MD,
                    Type.MF,
                    Type.CNAME,
                    Type.MB,
                    Type.MG,
                    Type.MR,
                    Type.PTR,
                    Type.DNAME,
                    Type.NXT ->
                    place = names(1, place, end);
            case Type.SOA, Type.MINFO, Type.RP -> place = names(2, place, end);
            case Type.MX, Type.AFSDB, Type.RT, Type.KX ->
                    place = names(1, copy(place, 2, end), end);
            case Type.PX -> place = names(2, copy(place, 2, end), end);
            case Type.SRV -> place = names(1, copy(place, 6, end), end);
            case Type.SIG -> place = names(1, copy(place, 18, end), end);
            case Type.NAPTR -> {
                place = copy(place, 4, end);
                for (int i = 0; i < 3; i++) {
                    need(place + 1);
                    place = copy(place, 1 + (message[place] & 0xff), end);
                }
                place = names(1, place, end);
            }
            default -> {}
        }
        copy(place, end - place, end);
    }

    private int copy(int from, int octets, int end) throws SyntaxException {
        if (octets < 0 || from + octets > end) {
            throw new SyntaxException("the data of a record is too short");
        }
        System.arraycopy(message, from, data, dataLength, octets);
        dataLength += octets;
        return from + octets;
    }

    private int names(int count, int from, int end) throws SyntaxException {
        int place = from;
        int[] size = new int[1];
        for (int i = 0; i < count; i++) {
            place = name(place, data, dataLength, size);
            dataLength += size[0];
            if (place > end) {
                throw new SyntaxException("a name is longer than the data it is in");
            }
        }
        return place;
    }

    // Where a name ends that begins at a place; it is written without compression.
    private int name(
            int from, byte[] into, int intoAt, int @org.jspecify.annotations.Nullable [] size)
            throws SyntaxException {
        int place = from;
        int behind = -1;
        int jumps = 0;
        int octets = 0;
        while (true) {
            need(place + 1);
            int label = message[place] & 0xff;
            if (label >= 0xc0) {
                need(place + 2);
                int target = (label & 0x3f) << 8 | message[place + 1] & 0xff;
                if (++jumps > JUMPS_MAX || target >= place || target < 12) {
                    throw new SyntaxException("a name points where it must not");
                }
                behind = behind < 0 ? place + 2 : behind;
                place = target;
                continue;
            }
            if (label > 63 || octets + label + 1 > NameKey.OCTETS_MAX) {
                throw new SyntaxException("a name is too long");
            }
            need(place + label + 1);
            System.arraycopy(message, place, into, intoAt + octets, label + 1);
            octets += label + 1;
            place += label + 1;
            if (label == 0) {
                if (size != null) {
                    size[0] = octets;
                }
                return behind < 0 ? place : behind;
            }
        }
    }

    private void need(int end) throws SyntaxException {
        if (end > length) {
            throw new SyntaxException("the message is cut short");
        }
    }

    private int u16(int place) {
        return (message[place] & 0xff) << 8 | message[place + 1] & 0xff;
    }
}
