package dev.onoma.zone;

import dev.onoma.api.WholeFile;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import org.xbill.DNS.Name;

/// A version of a zone in a file, with a checksum: what is there is whole, or is not taken.
///
/// The date of the file is when its owner was last sure of it.
///
/// @param path of the file
/// @param apex of the zone
public record StoredZone(Path path, Name apex) {
    private static final byte[] MAGIC = "onoma zone 1\n".getBytes(StandardCharsets.US_ASCII);
    private static final int CHUNK_OCTETS = 64 << 10;
    private static final int CHUNK_OCTETS_MAX = 1 << 30;

    /// The file of a zone in a folder.
    public static StoredZone in(Path folder, Name apex) {
        var name = new StringBuilder();
        for (byte octet : apex.toString(true).getBytes(StandardCharsets.US_ASCII)) {
            boolean plain = Character.isLetterOrDigit(octet) || octet == '-' || octet == '_';
            boolean dot = octet == '.' && !name.isEmpty();
            name.append(plain || dot ? "" + (char) octet : "%%%02x".formatted(octet));
        }
        return new StoredZone(folder.resolve(name + ".stored"), apex);
    }

    /// Writes a version, in the place of the one before.
    public void write(ZoneData zone, Instant sure) throws IOException {
        var _ = WholeFile.write(path, octets -> write(zone, octets));
        touch(sure);
    }

    private static void write(ZoneData zone, OutputStream octets) throws IOException {
        var checked = new CheckedOutputStream(octets, new CRC32C());
        var out = new DataOutputStream(checked);
        out.write(MAGIC);
        var packed = new PackedRecords();
        var blocks = new Blocks(zone);
        for (int block = blocks.next(); block != Arena.NOTHING; block = blocks.next()) {
            packed.addBlock(zone, block);
            if (packed.sizeOctets() > CHUNK_OCTETS) {
                chunk(packed, out);
            }
        }
        chunk(packed, out);
        out.writeInt(0);
        out.writeLong(checked.getChecksum().getValue());
        out.flush();
    }

    private static void chunk(PackedRecords packed, DataOutputStream out) throws IOException {
        if (packed.sizeOctets() > 0) {
            out.writeInt(packed.sizeOctets());
            out.write(packed.octets(), 0, packed.sizeOctets());
            packed.clear();
        }
    }

    /// Says when its owner was sure of it.
    public void touch(Instant sure) throws IOException {
        Files.setLastModifiedTime(path, FileTime.from(sure));
    }

    /// When its owner was last sure of it.
    public Instant sure() throws IOException {
        return Files.getLastModifiedTime(path).toInstant();
    }

    /// Takes the file away.
    public void delete() throws IOException {
        Files.deleteIfExists(path);
    }

    /// Reads the version.
    ///
    /// @throws ZoneException if it is not whole, or no zone
    public ZoneData read() throws IOException, ZoneException {
        try (var file = Files.newInputStream(path)) {
            var checked =
                    new CheckedInputStream(new BufferedInputStream(file, 1 << 16), new CRC32C());
            var in = new DataInputStream(checked);
            if (!Arrays.equals(in.readNBytes(MAGIC.length), MAGIC)) {
                throw new ZoneException(path.toString(), "this is no stored zone");
            }
            var builder = new ZoneBuilder(apex);
            builder.at(path.toString(), 0);
            for (int size = in.readInt(); size != 0; size = in.readInt()) {
                var octets = size < 0 || size > CHUNK_OCTETS_MAX ? null : in.readNBytes(size);
                if (octets == null || octets.length != size) {
                    throw new ZoneException(path.toString(), "the file is damaged");
                }
                builder.addAll(PackedRecords.of(octets, size));
            }
            long sum = checked.getChecksum().getValue();
            if (in.readLong() != sum) {
                throw new ZoneException(path.toString(), "the checksum is wrong");
            }
            return builder.build(path.toString());
        }
    }
}
