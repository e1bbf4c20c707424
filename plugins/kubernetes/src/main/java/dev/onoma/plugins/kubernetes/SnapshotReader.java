package dev.onoma.plugins.kubernetes;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UTFDataFormatException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Reads what [SnapshotWriter] wrote.
///
/// Twice: once for the checksum, so that nothing of a broken file gets into a store, and once for
/// the objects, one at a time.
final class SnapshotReader {
    /// A million endpoints take 30 MiB; whatever is larger is something else.
    private static final long OCTETS_MAX = 512 << 20;

    private static final int CHECKSUM_OCTETS = Long.BYTES;
    private static final int BUFFER_OCTETS = 64 << 10;
    private static final int COUNT_MAX = 1 << 20;

    private final DataInputStream in;
    private final Interner interner = new Interner();

    private SnapshotReader(DataInputStream in) {
        this.in = in;
    }

    /// A file that cannot be used, and why.
    static final class Refused extends IOException {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }

    /// Puts what is in the file into the stores.
    ///
    /// @return when it was written
    /// @throws Refused when it is broken, of another source or too old; the stores are as before
    /// @throws java.nio.file.NoSuchFileException when there is none
    static Instant read(
            Path file, String identity, Instant now, Duration ageMax, List<ServiceStore> stores)
            throws IOException {
        check(file);
        try (var in = open(file)) {
            var reader = new SnapshotReader(in);
            var at = reader.head(identity, stores.size());
            if (Duration.between(at, now).compareTo(ageMax) > 0) {
                throw new Refused("it was written at %s, which is too long ago".formatted(at));
            }
            for (var store : stores) {
                reader.objects(store);
            }
            stores.forEach(store -> store.restored(at));
            return at;
        }
    }

    private static DataInputStream open(Path file) throws IOException {
        return new DataInputStream(
                new BufferedInputStream(Files.newInputStream(file), BUFFER_OCTETS));
    }

    private static void check(Path file) throws IOException {
        long size = Files.size(file);
        if (size < CHECKSUM_OCTETS || size > OCTETS_MAX) {
            throw new Refused("it is no snapshot: it has %d octets".formatted(size));
        }
        try (var in = open(file)) {
            expectMagic(in);
        }
        var checksum = new CRC32C();
        try (var in = open(file)) {
            update(checksum, in, size - CHECKSUM_OCTETS);
            if (in.readLong() != checksum.getValue()) {
                throw new Refused("it is broken: its checksum does not match");
            }
        }
    }

    private static void expectMagic(DataInputStream in) throws IOException {
        var magic = "";
        try {
            magic = in.readUTF();
        } catch (EOFException | UTFDataFormatException _) {
            // said below
        }
        if (!magic.equals(SnapshotWriter.MAGIC)) {
            throw new Refused("it is no snapshot: it begins with something else");
        }
    }

    private static void update(CRC32C checksum, InputStream in, long octets) throws IOException {
        var buffer = new byte[BUFFER_OCTETS];
        for (long left = octets; left > 0; ) {
            int count = in.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (count < 0) {
                throw new EOFException("the file became shorter");
            }
            checksum.update(buffer, 0, count);
            left -= count;
        }
    }

    private Instant head(String identity, int stores) throws IOException {
        expectMagic(in);
        int format = in.readUnsignedByte();
        if (format != SnapshotWriter.FORMAT) {
            throw new Refused(
                    "it has format %d, and this version reads %d"
                            .formatted(format, SnapshotWriter.FORMAT));
        }
        if (!in.readUTF().equals(identity)) {
            throw new Refused("it is of another API server, or of other options");
        }
        var at = Instant.ofEpochMilli(in.readLong());
        if (in.readUnsignedByte() != stores) {
            throw new Refused("it is of other options");
        }
        return at;
    }

    private void objects(ServiceStore store) throws IOException {
        for (int tag = in.readUnsignedByte();
                tag != SnapshotWriter.END;
                tag = in.readUnsignedByte()) {
            if (tag == SnapshotWriter.POD_SEED || tag == SnapshotWriter.HASHED_POD) {
                compact(store.pods(), tag);
            } else {
                store.put(object(tag));
            }
        }
        store.publish();
    }

    private void compact(Pods pods, int tag) throws IOException {
        if (!(pods instanceof CompactPods compact)) {
            throw new IOException("pods without names");
        }
        if (tag == SnapshotWriter.POD_SEED) {
            compact.seed(in.readLong());
            return;
        }
        var namespace = shared();
        long name = in.readLong();
        compact.restore(name, namespace, addresses());
    }

    private Map<String, String> labels() throws IOException {
        int count = count();
        var labels = new HashMap<String, String>();
        for (int i = 0; i < count; i++) {
            labels.put(shared(), shared());
        }
        return Map.copyOf(labels);
    }

    private KubernetesObject object(int tag) throws IOException {
        return switch (tag) {
            case SnapshotWriter.NAMESPACE -> new NamespaceObject(in.readUTF());
            case SnapshotWriter.SERVICE -> service();
            case SnapshotWriter.SLICE -> slice();
            case SnapshotWriter.POD -> new PodObject(shared(), in.readUTF(), addresses(), labels());
            default -> throw new IOException("an object of type " + tag);
        };
    }

    private ServiceObject service() throws IOException {
        var namespace = shared();
        var name = in.readUTF();
        var clusterIps = addresses();
        var ports = ports();
        boolean alias = in.readBoolean();
        var externalName = in.readUTF();
        return new ServiceObject(
                namespace, name, clusterIps, ports, alias ? externalName : null, texts());
    }

    private EndpointSliceObject slice() throws IOException {
        var namespace = shared();
        var name = in.readUTF();
        var service = in.readUTF();
        int count = count();
        var endpoints = new ArrayList<Endpoint>(count);
        for (int i = 0; i < count; i++) {
            endpoints.add(
                    new Endpoint(address(), orNull(), orNull(), sharedOrNull(), sharedOrNull()));
        }
        return new EndpointSliceObject(
                namespace,
                name,
                service,
                List.copyOf(endpoints),
                ports(),
                texts(),
                EndpointSliceObject.NOT_TRIGGERED);
    }

    private List<Address> addresses() throws IOException {
        int count = count();
        var addresses = new ArrayList<Address>(count);
        for (int i = 0; i < count; i++) {
            addresses.add(address());
        }
        return List.copyOf(addresses);
    }

    private Address address() throws IOException {
        int octets = in.readUnsignedByte();
        return switch (octets) {
            case 4 -> new Address.V4(in.readInt());
            case 16 -> Address.ofHalves(in.readLong(), in.readLong());
            default -> throw new IOException("an address of %d octets".formatted(octets));
        };
    }

    private List<ServicePort> ports() throws IOException {
        int count = count();
        var ports = new ArrayList<ServicePort>(count);
        for (int i = 0; i < count; i++) {
            ports.add(new ServicePort(shared(), shared(), in.readInt()));
        }
        return interner.intern(List.copyOf(ports));
    }

    private List<String> texts() throws IOException {
        int count = count();
        var texts = new ArrayList<String>(count);
        for (int i = 0; i < count; i++) {
            texts.add(in.readUTF());
        }
        return List.copyOf(texts);
    }

    private int count() throws IOException {
        int count = in.readInt();
        if (count < 0 || count > COUNT_MAX) {
            throw new IOException("a list of " + count);
        }
        return count;
    }

    private String shared() throws IOException {
        return interner.intern(in.readUTF());
    }

    private @Nullable String sharedOrNull() throws IOException {
        var text = shared();
        return text.isEmpty() ? null : text;
    }

    private @Nullable String orNull() throws IOException {
        var text = in.readUTF();
        return text.isEmpty() ? null : text;
    }
}
