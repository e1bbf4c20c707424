package dev.onoma.zone;

import dev.onoma.api.WholeFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.xbill.DNS.Name;

/// A zone that survives the end of the process at any moment: a [StoredZone], and behind it a file
/// to which each change is added before anybody hears of it.
///
/// An entry is its length, its checksum, the two serials, and the records that go and come. At the
/// start, entries are added to the stored zone from the one on that begins with its serial; an end
/// that was not written completely was never acknowledged, and is cut off. When the file has grown
/// longer than the zone, the zone is stored anew, and the file begins anew: a crash between the two
/// leaves entries that are older than the zone, and are passed over.
///
/// One thread at a time.
public final class DeltaJournal implements AutoCloseable {
    private static final int HEAD_OCTETS = 8;
    private static final int FIXED_OCTETS = 16;
    private static final int ENTRY_OCTETS_MAX = 64 << 20;
    private static final int FILE_OCTETS_MIN = 1 << 20;

    private final StoredZone stored;
    private final Path path;
    private final FileChannel channel;
    private long written;

    /// What there was at the start.
    ///
    /// @param changes that are in it, the oldest first
    public record Restored(ZoneData zone, List<ZoneDelta> changes) {}

    private DeltaJournal(StoredZone stored, Path path, FileChannel channel) {
        this.stored = stored;
        this.path = path;
        this.channel = channel;
    }

    /// Opens the files of a zone, which are not open anywhere else.
    ///
    /// @param path of the stored zone; the other file lies beside it
    public static DeltaJournal open(Path path, Name apex) throws IOException {
        var file = path.resolveSibling(path.getFileName() + ".journal");
        var channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
        if (channel.tryLock() == null) {
            channel.close();
            throw new IOException("%s belongs to another process".formatted(file));
        }
        WholeFile.syncFolder(file);
        return new DeltaJournal(new StoredZone(path, apex), file, channel);
    }

    /// Whether there is a zone.
    public boolean isThere() {
        return Files.exists(stored.path());
    }

    /// Begins with a zone.
    public void create(ZoneData zone) throws IOException {
        stored.write(zone, Instant.now());
        restart();
    }

    private void restart() throws IOException {
        channel.truncate(0);
        channel.force(true);
        written = 0;
    }

    /// Reads what is there.
    ///
    /// @throws ZoneException if it is damaged other than by a write that was cut short
    public Restored read() throws IOException, ZoneException {
        var base = stored.read();
        var edit = new ZoneEdit(base);
        var changes = new ArrayList<ZoneDelta>();
        long serial = base.serial();
        var octets = ByteBuffer.wrap(Files.readAllBytes(path));
        int end = 0;
        for (var delta = next(octets); delta != null; delta = next(octets)) {
            end = octets.position();
            if (delta.from() == serial) {
                edit.apply(delta);
                serial = delta.to();
                changes.add(delta);
            } else if (!changes.isEmpty()) {
                throw new ZoneException(path.toString(), "changes do not follow each other");
            }
        }
        channel.truncate(end);
        channel.force(true);
        written = end;
        channel.position(end);
        return new Restored(changes.isEmpty() ? base : edit.build(path.toString()), changes);
    }

    // The next entry; null at the end, and where an entry was not written completely.
    private @org.jspecify.annotations.Nullable ZoneDelta next(ByteBuffer octets)
            throws ZoneException {
        if (octets.remaining() < HEAD_OCTETS) {
            return null;
        }
        int begin = octets.position();
        int length = octets.getInt();
        int sum = octets.getInt();
        if (length < FIXED_OCTETS || length > octets.remaining()) {
            return null;
        }
        var checksum = new CRC32C();
        checksum.update(octets.slice(octets.position(), length));
        if ((int) checksum.getValue() != sum) {
            if (begin + HEAD_OCTETS + length < octets.limit()) {
                throw new ZoneException(path.toString(), "the checksum of a change is wrong");
            }
            return null;
        }
        long from = octets.getInt() & 0xffff_ffffL;
        long to = octets.getInt() & 0xffff_ffffL;
        var removed = records(octets);
        var added = records(octets);
        octets.position(begin + HEAD_OCTETS + length);
        return new ZoneDelta(from, to, removed, added);
    }

    private PackedRecords records(ByteBuffer octets) throws ZoneException {
        int length = octets.getInt();
        if (length < 0 || length > octets.remaining()) {
            throw new ZoneException(path.toString(), "a change is malformed");
        }
        var records = new byte[length];
        octets.get(records);
        return PackedRecords.of(records, length);
    }

    /// Adds a change. It is safe after [#sync].
    ///
    /// @throws IOException if it cannot be written; it is not there then
    public void add(ZoneDelta delta) throws IOException {
        int length = FIXED_OCTETS + delta.sizeOctets();
        if (length > ENTRY_OCTETS_MAX) {
            throw new IOException("a change is too large");
        }
        var entry = ByteBuffer.allocate(HEAD_OCTETS + length);
        entry.position(HEAD_OCTETS);
        entry.putInt((int) delta.from()).putInt((int) delta.to());
        for (var records : List.of(delta.removed(), delta.added())) {
            entry.putInt(records.sizeOctets());
            entry.put(records.octets(), 0, records.sizeOctets());
        }
        var checksum = new CRC32C();
        checksum.update(entry.array(), HEAD_OCTETS, length);
        entry.putInt(0, length).putInt(4, (int) checksum.getValue());
        entry.rewind();
        long begin = written;
        try {
            while (entry.hasRemaining()) {
                written += channel.write(entry, written);
            }
        } catch (IOException e) {
            written = begin;
            channel.truncate(begin);
            throw e;
        }
    }

    /// Where the file ends.
    public long position() {
        return written;
    }

    /// Takes back what was added behind a position, and not synced.
    public void cut(long position) throws IOException {
        channel.truncate(position);
        written = position;
    }

    /// Makes what was added survive whatever happens to the machine.
    public void sync() throws IOException {
        channel.force(false);
    }

    /// Stores the zone anew if the changes have become longer than it.
    public void tidy(ZoneData zone) throws IOException {
        if (written > Math.max(FILE_OCTETS_MIN, zone.footprint())) {
            create(zone);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
