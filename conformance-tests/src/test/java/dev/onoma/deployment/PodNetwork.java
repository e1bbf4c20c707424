package dev.onoma.deployment;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The network of a pod: a namespace of its own, with an interface that leads to this machine.
///
/// The addresses are of 198.18.0.0/15, which is for tests between devices (RFC 2544) and routed
/// nowhere.
final class PodNetwork implements AutoCloseable {
    private static final int PAIRS = 1 << 14;

    private final String name;

    /// Where the pod is, seen from here.
    final String address;

    /// Where this machine is, seen from the pod.
    final String gateway;

    private PodNetwork(String name, String address, String gateway) {
        this.name = name;
        this.address = address;
        this.gateway = gateway;
    }

    /// Makes one; the test is skipped where that cannot be done.
    static PodNetwork open() throws IOException, InterruptedException {
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root for namespaces");
        Tools.need("ip", "iproute2");
        // Other test runs on this machine have other numbers.
        int pair = (int) (ProcessHandle.current().pid() * 7 + System.nanoTime() % 7) % PAIRS;
        var prefix = "198.18.%d.".formatted(pair >> 6);
        int first = (pair & 63) * 4 + 1;
        var network =
                new PodNetwork("onoma-%x".formatted(pair), prefix + (first + 1), prefix + first);
        network.make();
        return network;
    }

    private void make() throws IOException, InterruptedException {
        var made = Tools.run(Map.of(), List.of("ip", "netns", "add", name));
        assumeTrue(made.code() == 0, "no network namespaces here: " + made.text());
        try {
            ip("link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", name);
            ip("address", "add", gateway + "/30", "dev", name);
            ip("link", "set", name, "up");
            ip("-n", name, "link", "set", "lo", "up");
            ip("-n", name, "address", "add", address + "/30", "dev", "eth0");
            ip("-n", name, "link", "set", "eth0", "up");
            ip("-n", name, "route", "add", "default", "via", gateway);
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /// The network of a pod on the node whose network this is: its only way out leads through here.
    PodNetwork guest() throws IOException, InterruptedException {
        var guest =
                new PodNetwork(
                        name + "g",
                        address.replace("198.18.", "198.19."),
                        gateway.replace("198.18.", "198.19."));
        ip("netns", "add", guest.name);
        try {
            ip(
                    "-n",
                    name,
                    "link",
                    "add",
                    "guest",
                    "type",
                    "veth",
                    "peer",
                    "eth0",
                    "netns",
                    guest.name);
            ip("-n", name, "address", "add", guest.gateway + "/30", "dev", "guest");
            ip("-n", name, "link", "set", "guest", "up");
            ip("-n", guest.name, "address", "add", guest.address + "/30", "dev", "eth0");
            ip("-n", guest.name, "link", "set", "eth0", "up");
            ip("-n", guest.name, "route", "add", "default", "via", guest.gateway);
        } catch (IOException e) {
            guest.close();
            throw e;
        }
        return guest;
    }

    private static void ip(String... words) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(words));
        var said = Tools.run(Map.of(), command);
        if (said.code() != 0) {
            throw new IOException(command + ": " + said.text());
        }
    }

    /// Runs a program inside.
    Tools.Said run(String... words) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("ip", "netns", "exec", name));
        command.addAll(List.of(words));
        return Tools.run(Map.of(), command);
    }

    /// The file by which a container runtime enters it.
    String path() {
        return "/run/netns/" + name;
    }

    @Override
    public void close() throws IOException {
        // The interface goes with the namespace, once nobody is in it any more.
        Tools.runAnyway(List.of("ip", "link", "delete", name));
        Tools.runAnyway(List.of("ip", "netns", "delete", name));
    }
}
