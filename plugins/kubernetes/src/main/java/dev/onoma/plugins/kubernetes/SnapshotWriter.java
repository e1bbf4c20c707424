package dev.onoma.plugins.kubernetes;

import dev.onoma.api.WholeFile;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;

/// Writes stores to a file that [SnapshotReader] reads: a head (format, source, time), objects, and
/// a checksum of all of it.
final class SnapshotWriter {
    static final String MAGIC = "onoma kubernetes snapshot";
    static final int FORMAT = 2;

    static final int END = 0;
    static final int NAMESPACE = 1;
    static final int SERVICE = 2;
    static final int SLICE = 3;
    static final int POD = 4;
    static final int POD_SEED = 5;
    static final int HASHED_POD = 6;

    private final DataOutputStream out;

    private SnapshotWriter(DataOutputStream out) {
        this.out = out;
    }

    /// @param identity of the source and of what is read from it
    /// @return octets of the file
    static long write(Path file, String identity, Instant at, List<ServiceStore> stores)
            throws IOException {
        return WholeFile.write(
                file,
                octets -> {
                    var checksum = new CRC32C();
                    var out = new DataOutputStream(new CheckedOutputStream(octets, checksum));
                    new SnapshotWriter(out).all(identity, at, stores);
                    out.writeLong(checksum.getValue());
                    out.flush();
                });
    }

    private void all(String identity, Instant at, List<ServiceStore> stores) throws IOException {
        out.writeUTF(MAGIC);
        out.writeByte(FORMAT);
        out.writeUTF(identity);
        out.writeLong(at.toEpochMilli());
        out.writeByte(stores.size());
        for (var store : stores) {
            for (var name : store.namespaceNames()) {
                out.writeByte(NAMESPACE);
                out.writeUTF(name);
            }
            for (var state : store.states()) {
                state(state);
            }
            pods(store.pods());
            out.writeByte(END);
        }
    }

    private void state(ServiceState state) throws IOException {
        var service = state.service();
        if (service != null) {
            service(service);
        }
        for (var slice : state.slices()) {
            slice(slice);
        }
    }

    private void service(ServiceObject service) throws IOException {
        out.writeByte(SERVICE);
        out.writeUTF(service.namespace());
        out.writeUTF(service.name());
        addresses(service.clusterIps());
        ports(service.ports());
        var externalName = service.externalName();
        out.writeBoolean(externalName != null);
        out.writeUTF(text(externalName));
        texts(service.external());
    }

    private void slice(EndpointSliceObject slice) throws IOException {
        out.writeByte(SLICE);
        out.writeUTF(slice.namespace());
        out.writeUTF(slice.name());
        out.writeUTF(slice.service());
        out.writeInt(slice.endpoints().size());
        for (var endpoint : slice.endpoints()) {
            address(endpoint.address());
            out.writeUTF(text(endpoint.hostname()));
            out.writeUTF(text(endpoint.podName()));
            out.writeUTF(text(endpoint.cluster()));
            out.writeUTF(text(endpoint.zone()));
        }
        ports(slice.ports());
        texts(slice.targets());
    }

    private void pods(Pods pods) throws IOException {
        switch (pods) {
            case NamedPods named -> {
                for (var pod : named.all()) {
                    pod(pod);
                }
            }
            case CompactPods compact -> {
                out.writeByte(POD_SEED);
                out.writeLong(compact.seed());
                try {
                    compact.forEach(this::hashedPod);
                } catch (UncheckedIOException e) {
                    throw e.getCause();
                }
            }
        }
    }

    private void pod(PodObject pod) throws IOException {
        out.writeByte(POD);
        out.writeUTF(pod.namespace());
        out.writeUTF(pod.name());
        addresses(pod.addresses());
        out.writeInt(pod.labels().size());
        for (var label : pod.labels().entrySet()) {
            out.writeUTF(label.getKey());
            out.writeUTF(label.getValue());
        }
    }

    private void hashedPod(long name, String namespace, List<Address> addresses) {
        try {
            out.writeByte(HASHED_POD);
            out.writeUTF(namespace);
            out.writeLong(name);
            addresses(addresses);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void addresses(List<Address> addresses) throws IOException {
        out.writeInt(addresses.size());
        for (var address : addresses) {
            address(address);
        }
    }

    private void address(Address address) throws IOException {
        var octets = address.octets();
        out.writeByte(octets.length);
        out.write(octets);
    }

    private void ports(List<ServicePort> ports) throws IOException {
        out.writeInt(ports.size());
        for (var port : ports) {
            out.writeUTF(port.name());
            out.writeUTF(port.protocol());
            out.writeInt(port.port());
        }
    }

    private void texts(List<String> texts) throws IOException {
        out.writeInt(texts.size());
        for (var text : texts) {
            out.writeUTF(text);
        }
    }

    private static String text(@org.jspecify.annotations.Nullable String text) {
        return text == null ? "" : text;
    }
}
