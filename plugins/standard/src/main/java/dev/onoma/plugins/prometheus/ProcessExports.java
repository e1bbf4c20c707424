package dev.onoma.plugins.prometheus;

import io.prometheus.client.Collector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/// What the kernel knows about this process, by the names that all Prometheus clients use. Where
/// there is no `/proc`, nothing.
final class ProcessExports extends Collector {
    // What /proc counts processor time in, on all Linux (USER_HZ).
    private static final double TICKS_PER_SECOND = 100;
    // Fields of /proc/PID/stat behind the command, which may hold spaces (proc_pid_stat(5)).
    private static final int UTIME = 14 - 3;
    private static final int STIME = 15 - 3;
    private static final int START_TIME = 22 - 3;
    private static final int VSIZE = 23 - 3;
    private static final double UNLIMITED = 1.8446744073709552E19;

    private final Path proc;

    ProcessExports() {
        this(Path.of("/proc"));
    }

    ProcessExports(Path proc) {
        this.proc = proc;
    }

    @Override
    public List<MetricFamilySamples> collect() {
        var all = new ArrayList<MetricFamilySamples>();
        stat(all);
        descriptors(all);
        memory(all);
        network(all);
        return all;
    }

    private void stat(List<MetricFamilySamples> all) {
        var text = String.join("", lines("self/stat"));
        var fields = text.substring(text.lastIndexOf(')') + 1).strip().split(" ", -1);
        if (fields.length <= VSIZE) {
            return;
        }
        double ticks = number(fields[UTIME]) + number(fields[STIME]);
        counter(
                all,
                "process_cpu_seconds",
                "Total user and system CPU time spent in seconds.",
                ticks / TICKS_PER_SECOND);
        double start = number(fields[START_TIME]) / TICKS_PER_SECOND;
        field("stat", "btime", 1)
                .ifPresent(boot ->
                        gauge(
                                all,
                                "process_start_time_seconds",
                                "Start time of the process since unix epoch in seconds.",
                                boot + start));
        gauge(
                all,
                "process_virtual_memory_bytes",
                "Virtual memory size in bytes.",
                number(fields[VSIZE]));
    }

    private void descriptors(List<MetricFamilySamples> all) {
        try (var open = Files.list(proc.resolve("self/fd"))) {
            gauge(
                    all,
                    "process_open_fds",
                    "Number of open file descriptors.",
                    (double) open.count());
        } catch (IOException _) {
            return; // no such thing on this machine
        }
        field("self/limits", "Max open files", 3)
                .ifPresent(max ->
                        gauge(
                                all,
                                "process_max_fds",
                                "Maximum number of open file descriptors.",
                                max));
    }

    private void memory(List<MetricFamilySamples> all) {
        field("self/status", "VmRSS:", 1)
                .ifPresent(kib ->
                        gauge(
                                all,
                                "process_resident_memory_bytes",
                                "Resident memory size in bytes.",
                                kib * 1024));
        field("self/limits", "Max address space", 3)
                .ifPresent(max ->
                        gauge(
                                all,
                                "process_virtual_memory_max_bytes",
                                "Maximum amount of virtual memory available in bytes.",
                                max));
    }

    // Two lines of one name: what the fields are called, then their values.
    private void network(List<MetricFamilySamples> all) {
        var lines = lines("self/net/netstat").stream().filter(l -> l.startsWith("IpExt:")).toList();
        if (lines.size() < 2) {
            return;
        }
        var names = Arrays.asList(lines.get(0).split(" ", -1));
        var values = lines.get(1).split(" ", -1);
        int in = names.indexOf("InOctets");
        int out = names.indexOf("OutOctets");
        if (in > 0 && out > 0 && Math.max(in, out) < values.length) {
            counter(
                    all,
                    "process_network_receive_bytes",
                    "Number of bytes received by the process over the network.",
                    number(values[in]));
            counter(
                    all,
                    "process_network_transmit_bytes",
                    "Number of bytes sent by the process over the network.",
                    number(values[out]));
        }
    }

    private List<String> lines(String file) {
        try {
            return Files.readAllLines(proc.resolve(file));
        } catch (IOException _) {
            return List.of(); // no such thing on this machine
        }
    }

    // A word of the line that begins with a label.
    private OptionalDouble field(String file, String label, int word) {
        return lines(file).stream()
                .filter(line -> line.startsWith(label))
                .map(line -> line.split("\\s+", -1))
                .filter(words -> words.length > word)
                .mapToDouble(words -> number(words[word]))
                .findFirst();
    }

    private static double number(String text) {
        return text.equals("unlimited") ? UNLIMITED : Double.parseDouble(text);
    }

    private static void counter(
            List<MetricFamilySamples> all, String name, String help, double value) {
        add(all, name, name + "_total", Type.COUNTER, help, value);
    }

    private static void gauge(
            List<MetricFamilySamples> all, String name, String help, double value) {
        add(all, name, name, Type.GAUGE, help, value);
    }

    private static void add(
            List<MetricFamilySamples> all,
            String name,
            String sample,
            Type type,
            String help,
            double value) {
        var one = new MetricFamilySamples.Sample(sample, List.of(), List.of(), value);
        all.add(new MetricFamilySamples(name, type, help, List.of(one)));
    }
}
