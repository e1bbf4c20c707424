package dev.onoma.plugins.pprof;

import dev.onoma.api.HttpPage;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.management.JMException;
import javax.management.ObjectName;
import jdk.jfr.Configuration;
import jdk.jfr.Recording;

/// The pages. What the JVM needs for them is loaded when the first is asked for.
final class ProfilePages {
    private static final String ROOT = "/debug/pprof/";
    private static final Duration RECORDING_DEFAULT = Duration.ofSeconds(3);
    // A request has five seconds in all.
    private static final Duration RECORDING_MAX = Duration.ofSeconds(4);

    private static final String INDEX =
            """
            what this process is doing

            heap       classes by the memory of their objects
            allocs     the same
            goroutine  threads and where they are
            block      threads and the locks they hold and wait for
            mutex      the same
            profile    a JDK Flight Recorder recording: ?seconds=3, at most 4
            trace      the same
            cmdline    how the JVM was started
            """;

    private ProfilePages() {}

    /// By path.
    static Map<String, HttpPage> all() {
        var pages = new LinkedHashMap<String, HttpPage>();
        pages.put(ROOT, _ -> HttpPage.Answer.text(200, INDEX));
        pages.put(ROOT + "heap", _ -> diagnosis("gcClassHistogram"));
        pages.put(ROOT + "allocs", _ -> diagnosis("gcClassHistogram"));
        pages.put(ROOT + "goroutine", _ -> diagnosis("threadPrint"));
        pages.put(ROOT + "threadcreate", _ -> diagnosis("threadPrint"));
        pages.put(ROOT + "block", _ -> diagnosis("threadPrint", "-l"));
        pages.put(ROOT + "mutex", _ -> diagnosis("threadPrint", "-l"));
        pages.put(ROOT + "cmdline", _ -> diagnosis("vmCommandLine"));
        pages.put(ROOT + "profile", ProfilePages::recording);
        pages.put(ROOT + "trace", ProfilePages::recording);
        return pages;
    }

    private static HttpPage.Answer diagnosis(String command, String... arguments)
            throws IOException {
        try {
            var result =
                    ManagementFactory.getPlatformMBeanServer()
                            .invoke(
                                    new ObjectName("com.sun.management:type=DiagnosticCommand"),
                                    command,
                                    new Object[] {arguments},
                                    new String[] {String[].class.getName()});
            return HttpPage.Answer.text(200, String.valueOf(result));
        } catch (JMException e) {
            throw new IOException("the JVM does not answer: " + e.getMessage(), e);
        }
    }

    private static HttpPage.Answer recording(HttpPage.Request request) throws IOException {
        var seconds = request.parameter("seconds");
        if (!seconds.matches("[0-9]{0,6}")) {
            return HttpPage.Answer.text(400, "seconds is a whole number\n");
        }
        var wanted =
                seconds.isEmpty() ? RECORDING_DEFAULT : Duration.ofSeconds(Long.parseLong(seconds));
        Path file;
        try {
            file = Files.createTempFile("onoma", ".jfr");
        } catch (IOException e) {
            // As on the read-only root of a container.
            return HttpPage.Answer.text(
                    503,
                    "recordings need a folder for temporary files that can be written to (%s): mount one at %s, in a pod an emptyDir%n"
                            .formatted(e.getMessage(), System.getProperty("java.io.tmpdir")));
        }
        try (var recording = new Recording(Configuration.getConfiguration("profile"))) {
            recording.start();
            Thread.sleep(wanted.compareTo(RECORDING_MAX) > 0 ? RECORDING_MAX : wanted);
            recording.stop();
            recording.dump(file);
            return new HttpPage.Answer(
                    200, "application/octet-stream", "", Files.readAllBytes(file));
        } catch (java.text.ParseException e) {
            throw new IOException("no configuration for recordings: " + e.getMessage(), e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return HttpPage.Answer.text(503, "the server ends\n");
        } finally {
            Files.delete(file);
        }
    }
}
