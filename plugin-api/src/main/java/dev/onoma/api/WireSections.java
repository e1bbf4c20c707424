package dev.onoma.api;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// The answer, authority and additional sections of one response, as they follow the question on
/// the wire (RFC 1035, section 4.1.3): what tables and caches keep, because it goes to the socket
/// by one copy.
///
/// Compression pointers count from the begin of a message whose question name stands at octet 12
/// and has [#questionNameOctets] octets. So the sections fit every question of that name in any
/// spelling, whatever its type; owner names that point to the question come back in the client's
/// spelling. The OPT record (RFC 6891) and signatures of the message (RFC 8945) are never part of
/// them.
///
/// Immutable; the octets are shared, nobody writes to them.
public final class WireSections {
    /// A name at octet 12, which is where the question begins, as a compression pointer.
    public static final int QUESTION_POINTER = 0xc00c;

    /// No records at all, for any question.
    public static final WireSections EMPTY =
            new WireSections(new byte[0], 0, new int[0], new int[3]);

    /// The most addresses of [#ofAddresses]: more than any message holds, so that the server sees
    /// that something is missing.
    public static final int ADDRESSES_MAX = 4_096;

    // Offsets from the TYPE field of a record.
    private static final int TTL = 4;
    private static final int RDLENGTH = 8;
    private static final int RDATA = 10;

    private final byte[] octets;
    private final int questionNameOctets;
    private final int[] typeAt;
    private final int[] counts;
    private final long ttlMin;
    private final boolean shufflable;

    WireSections(byte[] octets, int questionNameOctets, int[] typeAt, int[] counts) {
        this.octets = octets;
        this.questionNameOctets = questionNameOctets;
        this.typeAt = typeAt;
        this.counts = counts;
        long lowest = Long.MAX_VALUE;
        int addresses = 0;
        for (int i = 0; i < typeAt.length; i++) {
            lowest = Math.min(lowest, ttl(i));
            int type = type(i);
            addresses += type == Type.A || type == Type.AAAA ? 1 : 0;
        }
        ttlMin = lowest;
        shufflable = addresses > 1;
    }

    /// Takes the sections out of a response message. Everything that will be copied to clients is
    /// checked: counts, names, compression pointers, lengths.
    ///
    /// @param length of the message in octets
    /// @return null if the message is malformed
    public static @Nullable WireSections ofMessage(byte[] message, int length) {
        return new WireReader(message, length).sections();
    }

    /// Collects records for a question.
    public static WireBuilder builder(Name question) {
        return new WireBuilder(question);
    }

    /// Collects records for all questions that have the length of this one and end with the same
    /// labels: what is built for one wildcard answer fits the others.
    ///
    /// @param sharedLabels how many labels at the end of the question records may point to, beside
    ///   the whole question name
    public static WireBuilder builder(NameKey question, int sharedLabels) {
        return new WireBuilder(question, sharedLabels);
    }

    /// Encodes the records of a response.
    public static WireSections of(
            Name question, List<Record> answer, List<Record> authority, List<Record> additional) {
        var builder = builder(question);
        answer.forEach(r -> builder.add(Section.ANSWER, r));
        authority.forEach(r -> builder.add(Section.AUTHORITY, r));
        additional.forEach(r -> builder.add(Section.ADDITIONAL, r));
        return builder.build();
    }

    /// Addresses that belong to whatever name is asked: they fit every question.
    ///
    /// @param type A or AAAA
    /// @param ttl in seconds
    /// @param addresses one behind the other, 4 or 16 octets each; at most 4,096
    public static WireSections ofAddresses(int type, int ttl, byte[] addresses) {
        int size = type == Type.A ? 4 : 16;
        int count = addresses.length / size;
        int[] counts = {count, 0, 0};
        if (count > ADDRESSES_MAX) {
            throw new IllegalArgumentException(count + " addresses are too many for any message");
        }
        var typeAt = new int[count];
        var octets = ByteBuffer.allocate(count * (2 + RDATA + size));
        for (int i = 0; i < count; i++) {
            octets.putShort((short) QUESTION_POINTER);
            typeAt[i] = octets.position();
            octets.putShort((short) type).putShort((short) DClass.IN).putInt(ttl);
            octets.putShort((short) size).put(addresses, i * size, size);
        }
        return new WireSections(octets.array(), 0, typeAt, counts);
    }

    /// These sections without authority and additional records.
    public WireSections answersOnly() {
        int count = count(Section.ANSWER);
        if (count == count()) {
            return this;
        }
        return new WireSections(
                Arrays.copyOf(octets, count == 0 ? 0 : endOffset(count - 1)),
                questionNameOctets,
                Arrays.copyOf(typeAt, count),
                new int[] {count, 0, 0});
    }

    /// The length in octets.
    public int length() {
        return octets.length;
    }

    /// What this takes on the heap, about, in octets.
    public int footprint() {
        return 96 + octets.length + 4 * typeAt.length;
    }

    /// The octets of the question name that the pointers suppose; 0 when there are none.
    public int questionNameOctets() {
        return questionNameOctets;
    }

    /// The number of records in a section of [Section].
    public int count(int section) {
        return counts[section - 1];
    }

    /// The number of all records.
    public int count() {
        return typeAt.length;
    }

    /// The type of record `i`, counted over all sections.
    public int type(int i) {
        return u16(typeAt[i]);
    }

    /// The class of record `i`.
    public int dclass(int i) {
        return u16(typeAt[i] + 2);
    }

    /// The TTL of record `i` in seconds; a set top bit counts as zero (RFC 2181, section 8).
    public int ttl(int i) {
        int at = typeAt[i] + TTL;
        return Math.max(0, u16(at) << 16 | u16(at + 2));
    }

    /// The lowest TTL of all records in seconds, or [Long#MAX_VALUE] without records.
    public long ttlMin() {
        return ttlMin;
    }

    /// Where the TTL of record `i` stands in the octets.
    public int ttlOffset(int i) {
        return typeAt[i] + TTL;
    }

    /// Where the data of record `i` begins in the octets.
    public int rdataOffset(int i) {
        return typeAt[i] + RDATA;
    }

    /// The length of the data of record `i`.
    public int rdataLength(int i) {
        return u16(typeAt[i] + RDLENGTH);
    }

    /// Where record `i` ends in the octets.
    public int endOffset(int i) {
        return rdataOffset(i) + rdataLength(i);
    }

    /// One octet.
    public byte octet(int offset) {
        return octets[offset];
    }

    /// Whether there is more than one address, so that shuffling may change something.
    public boolean isShufflable() {
        return shufflable;
    }

    /// Whether there is nothing but addresses of the name that was asked: they are as right for any
    /// other name that stands in its place.
    public boolean areAddressesOfQuestion() {
        int at = 0;
        for (int i = 0; i < typeAt.length; i++) {
            int type = type(i);
            boolean address = type == Type.A || type == Type.AAAA;
            if (!address || typeAt[i] != at + 2 || u16(at) != QUESTION_POINTER) {
                return false;
            }
            at = endOffset(i);
        }
        return true;
    }

    /// Whether a record of this type is there.
    public boolean hasType(int section, int type) {
        int first = first(section);
        for (int i = first; i < first + count(section); i++) {
            if (type(i) == type) {
                return true;
            }
        }
        return false;
    }

    /// The index of the first record of a section.
    public int first(int section) {
        int first = 0;
        for (int s = Section.ANSWER; s < section; s++) {
            first += count(s);
        }
        return first;
    }

    /// Copies all octets behind a question.
    public void copyTo(byte[] target, int at) {
        System.arraycopy(octets, 0, target, at, octets.length);
    }

    /// The records of a section, decoded, with owner names spelled as in `question`.
    public List<Record> records(Name question, int section) {
        return decode(question).getSection(section);
    }

    /// All records in a message of their own.
    public Message decode(Name question) {
        return decode(question, ttl -> ttl);
    }

    /// All records in a message of their own, with other TTLs.
    Message decode(Name question, IntUnaryOperator ttls) {
        var name = question.toWire();
        var message = new byte[12 + name.length + 4 + octets.length];
        message[2] = (byte) 0x80;
        message[5] = 1;
        for (int section = Section.ANSWER; section <= Section.ADDITIONAL; section++) {
            message[4 + 2 * section] = (byte) (count(section) >> 8);
            message[5 + 2 * section] = (byte) count(section);
        }
        System.arraycopy(name, 0, message, 12, name.length);
        message[12 + name.length + 1] = Type.A;
        message[12 + name.length + 3] = 1;
        copyTo(message, 16 + name.length);
        for (int i = 0; i < count(); i++) {
            int ttl = ttls.applyAsInt(ttl(i));
            int at = 16 + name.length + ttlOffset(i);
            message[at] = (byte) (ttl >> 24);
            message[at + 1] = (byte) (ttl >> 16);
            message[at + 2] = (byte) (ttl >> 8);
            message[at + 3] = (byte) ttl;
        }
        try {
            return new Message(message);
        } catch (IOException e) {
            throw new IllegalStateException("sections that were encoded here do not decode", e);
        }
    }

    /// The records of all sections but those that `drop` says; this, if it says none.
    public WireSections without(Name question, BiPredicate<Integer, Record> drop) {
        var message = decode(question);
        var kept = new ArrayList<List<Record>>();
        int before = count();
        int after = 0;
        for (int section = Section.ANSWER; section <= Section.ADDITIONAL; section++) {
            int current = section;
            var rest =
                    message.getSection(section).stream()
                            .filter(r -> !drop.test(current, r))
                            .toList();
            after += rest.size();
            kept.add(rest);
        }
        return before == after ? this : of(question, kept.get(0), kept.get(1), kept.get(2));
    }

    private int u16(int at) {
        return (octets[at] & 0xff) << 8 | octets[at + 1] & 0xff;
    }
}
