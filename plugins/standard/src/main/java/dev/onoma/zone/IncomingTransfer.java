package dev.onoma.zone;

import dev.onoma.api.NameKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Type;

/// A transfer that comes in, AXFR or IXFR (RFC 5936, section 2.2; RFC 1995, section 4), message by
/// message, and the version of the zone that it makes. What does not belong into the zone, comes
/// twice, or is more than the limit ends it: a primary is not trusted further than that.
///
/// One thread.
public final class IncomingTransfer {
    private enum State {
        FIRST,
        SECOND,
        WHOLE,
        REMOVING,
        ADDING,
        ENDED
    }

    private final NameKey apex;
    private final @Nullable ZoneData base;
    private final ZoneBuilder whole;
    private final String from;
    private final long recordsMax;
    private final List<ZoneDelta> deltas = new ArrayList<>();
    private final NameKey owner = new NameKey();
    private State state = State.FIRST;
    private byte[] first = {};
    private PackedRecords removed = new PackedRecords();
    private PackedRecords added = new PackedRecords();
    private long fromSerial;
    private long toSerial;
    private long records;
    private boolean isWhole;

    /// @param base the version whose differences were asked for; null for the whole zone
    /// @param from who sends it, for messages
    /// @param recordsMax how many records are taken
    public IncomingTransfer(
            org.xbill.DNS.Name apex, @Nullable ZoneData base, String from, long recordsMax) {
        this.apex = NameKey.of(apex);
        this.base = base;
        this.from = from;
        this.recordsMax = recordsMax;
        whole = new ZoneBuilder(apex);
        whole.at(from, 0);
    }

    /// Takes the records of the next message.
    ///
    /// @return whether it was the last
    /// @throws ZoneException if this is no transfer that is taken
    public boolean take(PackedRecords message) throws ZoneException {
        if (message.count() == 0) {
            throw wrong("a message without records");
        }
        var record = message.cursor();
        while (record.next()) {
            owner.read(record.octets(), record.ownerAt(), record.dataAt());
            if (!owner.isUnder(apex)) {
                throw wrong(owner + " is outside of the zone");
            }
            if (++records > recordsMax) {
                throw wrong("more than %d records".formatted(recordsMax));
            }
            boolean isSoa = record.type() == Type.SOA;
            if (isSoa && owner.labels() != apex.labels()) {
                throw wrong("a SOA record at " + owner);
            }
            take(record, isSoa);
        }
        // A server that has nothing newer says so in one record (RFC 1995, section 2).
        if (state == State.SECOND && base != null && !isNewer(serial(first), base.serial())) {
            state = State.ENDED;
        }
        return state == State.ENDED;
    }

    private void take(PackedRecords.Cursor record, boolean isSoa) throws ZoneException {
        switch (state) {
            case FIRST -> first(record, isSoa);
            case SECOND -> second(record, isSoa);
            case WHOLE -> {
                if (isSoa) {
                    last(record);
                } else {
                    add(record);
                }
            }
            case REMOVING -> {
                if (isSoa) {
                    toSerial = serial(data(record));
                    state = State.ADDING;
                }
                (isSoa ? added : removed).add(record.record());
            }
            case ADDING -> {
                if (isSoa) {
                    next(record);
                } else {
                    added.add(record.record());
                }
            }
            case ENDED -> throw wrong("records behind the last");
        }
    }

    private void first(PackedRecords.Cursor record, boolean isSoa) throws ZoneException {
        if (!isSoa) {
            throw wrong("the first record is no SOA record");
        }
        first = data(record);
        add(record);
        state = State.SECOND;
    }

    private void second(PackedRecords.Cursor record, boolean isSoa) throws ZoneException {
        if (!isSoa) {
            isWhole = true;
            state = State.WHOLE;
            add(record);
        } else if (base != null && serial(data(record)) != serial(first)) {
            fromSerial = base.serial();
            begin(record);
        } else {
            isWhole = true;
            last(record);
        }
    }

    private void begin(PackedRecords.Cursor record) throws ZoneException {
        if (serial(data(record)) != fromSerial) {
            throw wrong("differences from another version than " + fromSerial);
        }
        removed = new PackedRecords();
        added = new PackedRecords();
        removed.add(record.record());
        state = State.REMOVING;
    }

    private void next(PackedRecords.Cursor record) throws ZoneException {
        deltas.add(new ZoneDelta(fromSerial, toSerial, removed, added));
        if (toSerial == serial(first)) {
            last(record);
        } else {
            fromSerial = toSerial;
            begin(record);
        }
    }

    private void last(PackedRecords.Cursor record) throws ZoneException {
        if (!Arrays.equals(first, data(record))) {
            throw wrong("the last SOA record is another than the first");
        }
        state = State.ENDED;
    }

    private void add(PackedRecords.Cursor record) throws ZoneException {
        try {
            whole.add(record);
        } catch (SyntaxException e) {
            throw wrong(String.valueOf(e.getMessage()));
        }
    }

    private static byte[] data(PackedRecords.Cursor record) {
        return Arrays.copyOfRange(record.octets(), record.dataAt(), record.dataEnd());
    }

    private static long serial(byte[] soa) {
        return Arena.i32(soa, soa.length - 20) & 0xffff_ffffL;
    }

    /// Whether a serial is behind another (RFC 1982, section 3.2).
    public static boolean isNewer(long serial, long other) {
        return (int) (serial - other) > 0;
    }

    /// The serial of the version that the other side has; after the first message.
    public long serial() {
        return serial(first);
    }

    /// How many records came.
    public long records() {
        return records;
    }

    /// Whether differences came, not the whole zone.
    public boolean isIncremental() {
        return !deltas.isEmpty();
    }

    /// What led to the version, the oldest first; none if the whole zone came.
    public List<ZoneDelta> steps() {
        return List.copyOf(deltas);
    }

    /// The version that it makes, after the last message; null if there is nothing newer.
    ///
    /// @throws ZoneException if that is no zone that can be served
    public @Nullable ZoneData result() throws ZoneException {
        if (state != State.ENDED) {
            throw wrong("it ended too early");
        }
        if (isWhole) {
            return whole.build(from);
        }
        if (base == null || deltas.isEmpty()) {
            return null;
        }
        var edit = new ZoneEdit(base);
        for (var delta : deltas) {
            edit.apply(delta);
        }
        return edit.build(from);
    }

    private ZoneException wrong(String what) {
        return new ZoneException(from, "the transfer is refused: " + what);
    }
}
