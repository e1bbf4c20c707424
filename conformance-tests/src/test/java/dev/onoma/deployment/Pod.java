package dev.onoma.deployment;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.Gson;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A container of the image, run as kubelet has it run: by runc, as user 65532, on a read-only
/// root, without capabilities but that for port 53, within a memory limit.
final class Pod implements AutoCloseable {
    private static final long END_SECONDS = 20;

    private final String id;
    private final Path log;
    private final Process runtime;

    /// What stands in a manifest, and what kubelet adds.
    ///
    /// @param args behind the entry point
    /// @param mounts files and folders of this machine by where the container sees them, read-only
    /// @param environment of the process
    /// @param memoryMib the limit; page cache counts, and there is no swap
    /// @param escalation `allowPrivilegeEscalation`: whether a file's capabilities count
    /// @param portsForAll whether everybody may bind ports below 1024, as runtimes allow in a pod's
    ///   own network
    record Spec(
            List<String> args,
            Map<String, Path> mounts,
            Map<String, String> environment,
            int memoryMib,
            boolean escalation,
            boolean portsForAll) {
        /// A pod of CoreDNS's Deployment.
        static Spec of(Map<String, Path> mounts) {
            var args = List.of("-conf", "/etc/coredns/Corefile");
            return new Spec(args, mounts, Map.of(), 170, false, true);
        }

        Spec withEnvironment(Map<String, String> words) {
            return new Spec(args, mounts, words, memoryMib, escalation, portsForAll);
        }

        Spec withMounts(Map<String, Path> other) {
            return new Spec(args, other, environment, memoryMib, escalation, portsForAll);
        }

        Spec withArgs(String... words) {
            return new Spec(
                    List.of(words), mounts, environment, memoryMib, escalation, portsForAll);
        }

        /// As a pod in the network of its node has it.
        Spec onNode() {
            return new Spec(args, mounts, environment, memoryMib, true, false);
        }
    }

    /// Memory that is in use, page cache included, and the most that was.
    record Memory(long usageMib, long peakMib) {}

    private Pod(String id, Path log, Process runtime) {
        this.id = id;
        this.log = log;
        this.runtime = runtime;
    }

    /// Starts it; the test is skipped where there is no runc, or no rights for it.
    ///
    /// @param bundle a folder for what the runtime needs
    static Pod start(Path bundle, PodNetwork network, Spec spec)
            throws IOException, InterruptedException {
        Tools.need("runc", "runc");
        Image.build();
        var id = "onoma-%s".formatted(bundle.getFileName());
        Files.writeString(
                bundle.resolve("config.json"), new Gson().toJson(config(id, network, spec)));
        var log = bundle.resolve("log");
        var runtime =
                new ProcessBuilder("runc", "run", "--bundle", bundle.toString(), id)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        return new Pod(id, log, runtime);
    }

    private static Map<String, Object> config(String id, PodNetwork network, Spec spec) {
        var args = new ArrayList<>(List.of("/coredns"));
        args.addAll(spec.args());
        var environment = new ArrayList<>(List.of("PATH=/"));
        spec.environment().forEach((name, value) -> environment.add(name + "=" + value));
        var ports = List.of("CAP_NET_BIND_SERVICE");
        var process = new LinkedHashMap<String, Object>();
        process.put("user", Map.of("uid", 65_532, "gid", 65_532));
        process.put("args", args);
        process.put("env", environment);
        process.put("cwd", "/");
        process.put(
                "capabilities", Map.of("bounding", ports, "effective", ports, "permitted", ports));
        process.put("noNewPrivileges", !spec.escalation());
        long octets = (long) spec.memoryMib() << 20;
        var linux = new LinkedHashMap<String, Object>();
        linux.put("cgroupsPath", "/" + id);
        linux.put("resources", Map.of("memory", Map.of("limit", octets, "swap", octets)));
        if (spec.portsForAll()) {
            linux.put("sysctl", Map.of("net.ipv4.ip_unprivileged_port_start", "0"));
        }
        linux.put(
                "namespaces",
                List.of(
                        Map.of("type", "pid"),
                        Map.of("type", "ipc"),
                        Map.of("type", "uts"),
                        Map.of("type", "mount"),
                        Map.of("type", "network", "path", network.path())));
        return Map.of(
                "ociVersion",
                "1.0.2",
                "hostname",
                "onoma",
                "process",
                process,
                "root",
                Map.of("path", Image.ROOT.toString(), "readonly", true),
                "mounts",
                mounts(spec),
                "linux",
                linux);
    }

    private static List<Map<String, Object>> mounts(Spec spec) {
        var mounts = new ArrayList<Map<String, Object>>();
        mounts.add(mount("/proc", "proc", "proc"));
        mounts.add(mount("/dev", "tmpfs", "tmpfs", "nosuid", "mode=755", "size=65536k"));
        mounts.add(mount("/dev/shm", "tmpfs", "shm", "nosuid", "noexec", "nodev", "mode=1777"));
        mounts.add(mount("/sys", "sysfs", "sysfs", "nosuid", "noexec", "nodev", "ro"));
        mounts.add(mount("/sys/fs/cgroup", "cgroup", "cgroup", "nosuid", "noexec", "nodev", "ro"));
        spec.mounts()
                .forEach((to, from) ->
                        mounts.add(mount(to, "bind", from.toString(), "rbind", "ro")));
        return mounts;
    }

    private static Map<String, Object> mount(
            String to, String type, String from, String... options) {
        return Map.of("destination", to, "type", type, "source", from, "options", List.of(options));
    }

    String log() throws IOException {
        return Files.readString(log);
    }

    boolean isRunning() {
        return runtime.isAlive();
    }

    /// Runs another program of the image inside, as `kubectl exec` does.
    Tools.Said exec(String... words) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("runc", "exec", id));
        command.addAll(List.of(words));
        return Tools.run(Map.of(), command);
    }

    /// Waits for a command that ends by itself.
    int await() throws IOException, InterruptedException {
        if (!runtime.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("does not end; it said:\n" + log());
        }
        return runtime.exitValue();
    }

    /// Ends it as kubelet does.
    ///
    /// @return the exit code of the server
    int stop() throws IOException, InterruptedException {
        runc("kill", id, "TERM");
        return await();
    }

    /// What the kernel says of the server's process, by the words of `/proc/PID/status`.
    Map<String, String> status() throws IOException, InterruptedException {
        var state = JsonParser.parseString(runc("state", id)).getAsJsonObject();
        var status = new LinkedHashMap<String, String>();
        for (var line : Files.readAllLines(Path.of("/proc/" + state.get("pid") + "/status"))) {
            int colon = line.indexOf(':');
            status.put(line.substring(0, colon), line.substring(colon + 1).strip());
        }
        return status;
    }

    Memory memory() throws IOException, InterruptedException {
        var usage =
                JsonParser.parseString(runc("events", "--stats", id))
                        .getAsJsonObject()
                        .getAsJsonObject("data")
                        .getAsJsonObject("memory")
                        .getAsJsonObject("usage");
        // Version 2 of control groups has no peak that this runc reads.
        var peak = usage.has("max") ? usage.get("max").getAsLong() : 0;
        return new Memory(usage.get("usage").getAsLong() >> 20, peak >> 20);
    }

    private static String runc(String... words) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("runc"));
        command.addAll(List.of(words));
        return Tools.run(Map.of(), command).text();
    }

    /// Skips the test if the machine does not let containers be run at all; nothing else that goes
    /// wrong is forgiven.
    void assumeItWasAllowed() throws IOException {
        assumeTrue(
                isRunning() || !log().matches("(?s).*(cgroup|operation not permitted).*"),
                () -> "no containers here");
    }

    @Override
    public void close() throws IOException {
        Tools.runAnyway(List.of("runc", "delete", "--force", id));
        runtime.destroyForcibly();
    }
}
