package dev.onoma.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.testkit.ApiServer;
import dev.onoma.testkit.Cluster;
import dev.onoma.testkit.OnomaSubject;
import dev.onoma.testkit.Ports;
import dev.onoma.testkit.Subject;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// A headless service of 10,000 endpoints is there for its clients at every moment, whatever its
/// slices do.
@Timeout(60)
final class BigServiceTest {
    private static final int SLICES = 100;
    private static final int ENDPOINTS = 100;
    private static final int PATIENCE_MILLIS = 5000;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

    @TempDir Path folder;

    private ApiServer api;
    private int port;

    @BeforeEach
    void begin() throws IOException {
        api = new ApiServer();
        port = Ports.free();
        api.put(object("v1", "Namespace", Map.of("name", "shop"), Map.of()));
        var spec = Map.of("clusterIP", "None", "clusterIPs", List.of("None"));
        api.put(
                object(
                        "v1",
                        "Service",
                        Map.of("name", "big", "namespace", "shop"),
                        Map.of("spec", spec)));
        for (int i = 0; i < SLICES; i++) {
            api.put(slice("old", i));
        }
    }

    @AfterEach
    void end() throws IOException {
        api.close();
    }

    private static Map<String, Object> object(
            String version, String kind, Map<String, Object> metadata, Map<String, Object> rest) {
        var object = new TreeMap<String, Object>(rest);
        object.putAll(Map.of("apiVersion", version, "kind", kind, "metadata", metadata));
        return object;
    }

    /// The same endpoints, whatever the set is called.
    private static Map<String, Object> slice(String set, int number) {
        var endpoints = new ArrayList<Object>();
        for (int i = 0; i < ENDPOINTS; i++) {
            endpoints.add(Map.of("addresses", List.of("10.1.%d.%d".formatted(number, i))));
        }
        return object(
                "discovery.k8s.io/v1",
                "EndpointSlice",
                Map.of(
                        "name",
                        "big-%s-%d".formatted(set, number),
                        "namespace",
                        "shop",
                        "labels",
                        Map.of("kubernetes.io/service-name", "big")),
                Map.of("addressType", "IPv4", "endpoints", endpoints));
    }

    private Message ask(DatagramSocket socket, String name) throws IOException {
        var query = Message.newQuery(Record.newRecord(Name.fromString(name), Type.A, DClass.IN));
        query.addRecord(new OPTRecord(1232, 0, 0), Section.ADDITIONAL);
        var octets = query.toWire();
        socket.send(new DatagramPacket(octets, octets.length));
        var packet = new DatagramPacket(new byte[1232], 1232);
        socket.receive(packet);
        return new Message(Arrays.copyOf(packet.getData(), packet.getLength()));
    }

    private DatagramSocket client() throws IOException {
        var socket = new DatagramSocket();
        socket.connect(InetAddress.ofLiteral("127.0.0.1"), port);
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    private String said(DatagramSocket socket, String name) throws IOException {
        var message = ask(socket, name);
        return Rcode.string(message.getRcode()) + " " + !message.getSection(1).isEmpty();
    }

    @Test
    void noClientSeesAnEmptyServiceWhileItsSlicesAreExchanged() throws Exception {
        var corefile = "cluster.local {\n kubernetes {\n  endpoint " + api.url() + "\n }\n}\n";
        var setup = new Subject.Setup(folder, corefile, port, Cluster.none(folder));
        var wrong = new ArrayList<String>();
        var done = new AtomicBoolean();
        try (var _ = new OnomaSubject().start(setup);
                var socket = client()) {
            var reader = Thread.ofPlatform().start(() -> watch(done, wrong));
            for (int i = 0; i < SLICES; i++) {
                api.put(slice("new", i));
                api.delete(slice("old", i));
                if (i % 25 == 24) {
                    api.expire(); // everything is listed again, with half of the exchange done
                }
            }
            // The last change is seen, and with it all before.
            api.put(slice("last", SLICES));
            long begin = System.nanoTime();
            var last = "10-1-%d-99.big.shop.svc.cluster.local.".formatted(SLICES);
            while (!said(socket, last).equals("NOERROR true")) {
                assertThat(System.nanoTime() - begin).isLessThan(PATIENCE_NANOS);
            }
            done.set(true);
            reader.join();
            assertThat(wrong).isEmpty();
            for (int i = 0; i < SLICES; i++) {
                var name = "10-1-%d-%d.big.shop.svc.cluster.local.".formatted(i, i);
                assertThat(said(socket, name)).as(name).isEqualTo("NOERROR true");
            }
        }
    }

    /// Asks one question after the other for the service, and for an endpoint that is always there.
    private void watch(AtomicBoolean done, List<String> wrong) {
        try (var socket = client()) {
            for (int i = 0; !done.get(); i++) {
                var endpoint = "10-1-%d-7.".formatted(i % SLICES);
                var name = (i % 2 == 0 ? "" : endpoint) + "big.shop.svc.cluster.local.";
                var said = said(socket, name);
                if (!said.equals("NOERROR true")) {
                    wrong.add(name + ": " + said);
                }
            }
        } catch (IOException e) {
            wrong.add(e.toString());
        }
    }
}
