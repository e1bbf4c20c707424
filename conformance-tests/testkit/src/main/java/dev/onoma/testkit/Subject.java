package dev.onoma.testkit;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/// A DNS server that scenarios are played against.
public interface Subject {
    /// For the name of the test.
    String name();

    /// Whether this is CoreDNS, of which `better:` marks speak: an expectation with such a mark
    /// must fail here, one without must hold.
    boolean isReference();

    /// Starts a server that answers when this returns.
    ///
    /// @throws StartFailed if it refuses its configuration, with what it says about it
    Running start(Setup setup) throws IOException, InterruptedException, StartFailed;

    /// What a server starts with.
    ///
    /// @param folder its working directory, where the files of the scenario are
    /// @param corefile the text, placeholders replaced
    /// @param port instead of 53
    /// @param cluster the Kubernetes objects of the scenario
    record Setup(Path folder, String corefile, int port, Cluster cluster) {}

    /// A server that runs.
    interface Running extends AutoCloseable {
        /// Gives it a new Corefile and returns when it is in use.
        ///
        /// @throws StartFailed if it refuses it; the old one is in use then
        void reload(String corefile) throws IOException, InterruptedException, StartFailed;

        /// Lets time pass: moves the server's clock, or waits.
        void advance(Duration duration) throws InterruptedException;

        /// What the server has written to its log so far.
        String log();

        @Override
        void close() throws IOException;
    }

    /// A server that would not start; the message is what it said.
    final class StartFailed extends Exception {
        private static final long serialVersionUID = 1L;

        public StartFailed(String message) {
            super(message);
        }
    }
}
