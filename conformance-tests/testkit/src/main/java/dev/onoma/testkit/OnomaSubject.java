package dev.onoma.testkit;

import dev.onoma.api.CorefileException;
import dev.onoma.server.Onoma;
import dev.onoma.server.corefile.CorefileSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Onoma inside this JVM, with the plugins that are on the class path.
public final class OnomaSubject implements Subject {
    private final boolean viaApi;

    /// Objects of scenarios come as manifests, unless manifests cannot hold them.
    public OnomaSubject() {
        this(false);
    }

    private OnomaSubject(boolean viaApi) {
        this.viaApi = viaApi;
    }

    /// Objects of scenarios come from an [ApiServer].
    public static OnomaSubject viaApi() {
        return new OnomaSubject(true);
    }

    @Override
    public String name() {
        return "Onoma";
    }

    @Override
    public boolean isReference() {
        return false;
    }

    @Override
    public Running start(Setup setup) throws IOException, StartFailed {
        return new RunningOnoma(setup, viaApi);
    }

    private static final class RunningOnoma implements Running {
        private final Setup setup;
        private final boolean viaApi;
        private final ByteArrayOutputStream log = new ByteArrayOutputStream();
        private final Onoma onoma;

        RunningOnoma(Setup setup, boolean viaApi) throws IOException, StartFailed {
            this.setup = setup;
            this.viaApi = viaApi;
            write(setup.corefile());
            var options =
                    new Onoma.Options(
                            CorefileSource.ofFile("Corefile", setup.folder().resolve("Corefile")),
                            "" + setup.port(),
                            Map.of(),
                            null,
                            new PrintStream(log, true, StandardCharsets.UTF_8),
                            setup.folder(),
                            1,
                            true);
            try {
                onoma = Onoma.start(options);
            } catch (CorefileException | IllegalArgumentException e) {
                throw new StartFailed(String.valueOf(e.getMessage()));
            } catch (IOException e) {
                throw new StartFailed(e.getMessage() + "\n" + log());
            }
        }

        private void write(String corefile) throws IOException {
            var cluster = setup.cluster();
            var adapted =
                    viaApi || cluster.isApiOnly()
                            ? cluster.withEndpoint(corefile)
                            : cluster.adapt(corefile, "manifests " + Cluster.FOLDER);
            Files.writeString(setup.folder().resolve("Corefile"), adapted);
        }

        @Override
        public void reload(String corefile) throws IOException, StartFailed {
            write(corefile);
            var problem = onoma.reload();
            if (problem != null) {
                throw new StartFailed(problem);
            }
        }

        @Override
        public void advance(Duration duration) throws InterruptedException {
            TimeUnit.NANOSECONDS.sleep(duration.toNanos());
        }

        @Override
        public String log() {
            return log.toString(StandardCharsets.UTF_8);
        }

        @Override
        public void close() {
            onoma.close();
        }
    }
}
