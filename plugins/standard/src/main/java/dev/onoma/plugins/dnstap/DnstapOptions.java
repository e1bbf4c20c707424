package dev.onoma.plugins.dnstap;

import dev.onoma.api.Arguments;
import dev.onoma.api.Directive;
import dev.onoma.api.HostName;
import dev.onoma.api.ServerBlock;
import dev.onoma.api.Tls;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// One directive.
///
/// @param full whether records hold the messages
/// @param bufferMebibytes of the connection
/// @param queueMessages that may wait
/// @param tls to speak with; null for none
/// @param clientsVerified whether those who connect must show a certificate
record DnstapOptions(
        TapSocket socket,
        boolean listens,
        boolean full,
        int bufferMebibytes,
        int queueMessages,
        String identity,
        String version,
        String extra,
        @Nullable SSLContext tls,
        boolean clientsVerified,
        boolean skipVerify) {
    static final int QUEUE_MESSAGES = 10_000;
    private static final int BUFFER_MAX = 1024;
    private static final int QUEUE_MAX = 4096;

    /// Reads `dnstap [listen] SOCKET [full] [WRITEBUFFER [QUEUE]] { ... }`.
    static DnstapOptions parse(Directive directive, ServerBlock block) {
        boolean listens = directive.words().size() > 1 && directive.words().get(1).equals("listen");
        var arguments =
                directive.arguments(
                        listens ? "listen SOCKET [full]" : "SOCKET [full] [WRITEBUFFER [QUEUE]]");
        if (listens) {
            var _ = arguments.text("listen");
        }
        var text = arguments.text("SOCKET");
        var socket =
                TapSocket.parse(text)
                        .orElseThrow(() ->
                                arguments.wrong(
                                        "SOCKET is tcp://HOST:PORT, tls://HOST:PORT, unix:///PATH or a path, not \"%s\""
                                                .formatted(text)));
        boolean full = isFull(arguments);
        int buffer = arguments.numberOr("WRITEBUFFER", 1, BUFFER_MAX, 1);
        int queue = arguments.numberOr("QUEUE", 1, QUEUE_MAX, 1);
        arguments.ignoreRest(); // CoreDNS does
        var read = new Properties(socket, listens, block);
        directive.properties().forEach(read::property);
        return new DnstapOptions(
                socket,
                listens,
                full,
                buffer,
                queue * QUEUE_MESSAGES,
                read.identity,
                read.version,
                read.extra,
                read.context(directive),
                read.clientsVerified && !read.skipVerify,
                read.skipVerify);
    }

    private static boolean isFull(Arguments arguments) {
        if (!arguments.hasNext()) {
            return false;
        }
        var word = arguments.text("full");
        if (!word.equals("full")) {
            arguments.warn("only \"full\" may stand here; \"" + word + "\" is ignored");
        }
        return word.equals("full");
    }

    private static String versionDefault() {
        var number = DnstapOptions.class.getPackage().getImplementationVersion();
        return number == null ? "Onoma" : "Onoma-" + number;
    }

    /// What stands in the braces.
    private static final class Properties {
        private final TapSocket socket;
        private final boolean listens;
        private final ServerBlock block;
        private String identity = HostName.get();
        private String version = versionDefault();
        private String extra = "";
        private boolean skipVerify;
        private boolean clientsVerified;
        private @Nullable SSLContext context;
        private Tls.ClientFiles files = Tls.ClientFiles.NONE;

        Properties(TapSocket socket, boolean listens, ServerBlock block) {
            this.socket = socket;
            this.listens = listens;
            this.block = block;
        }

        void property(Directive property) {
            switch (property.name()) {
                case "identity" -> identity = property.arguments("IDENTITY").text("IDENTITY");
                case "version" -> version = property.arguments("VERSION").text("VERSION");
                case "extra" -> extra = property.arguments("EXTRA").text("EXTRA");
                case "skipverify" -> skipVerify = true;
                case "tls" -> tls(property);
                default ->
                        throw property.unknown("identity", "version", "extra", "skipverify", "tls");
            }
        }

        private void tls(Directive property) {
            var arguments = property.arguments(listens ? "CERT KEY [CA]" : Tls.USAGE);
            if (!listens) {
                client(arguments);
                return;
            }
            var files = arguments.rest().stream().map(block::file).toList();
            if (files.size() < 2 || files.size() > 3) {
                throw arguments.wrong("tls requires cert and key file paths");
            }
            clientsVerified = files.size() == 3;
            try {
                var tls = block.service(Tls.class);
                context =
                        TapTls.server(
                                tls.identity(files.get(0), files.get(1), Optional.empty()),
                                clientsVerified ? tls.certificates(files.get(2)) : List.of());
            } catch (IOException e) {
                throw arguments.wrong(String.valueOf(e.getMessage()));
            }
        }

        private void client(Arguments arguments) {
            files = Tls.ClientFiles.read(arguments, block);
            try {
                context = block.service(Tls.class).client(files);
            } catch (IOException e) {
                throw arguments.wrong(String.valueOf(e.getMessage()));
            }
        }

        @Nullable SSLContext context(Directive directive) {
            if (socket.scheme() != TapSocket.Scheme.TLS) {
                return null;
            }
            if (context != null && (!skipVerify || listens)) {
                return context;
            }
            if (listens) {
                throw directive.wrong(
                        "TLS listener requires cert and key files: tls CERT KEY [CA]");
            }
            try {
                return skipVerify
                        ? Tls.trustingAnybody(own())
                        : block.service(Tls.class).client(files);
            } catch (IOException e) {
                throw directive.wrong(String.valueOf(e.getMessage()));
            }
        }

        private Optional<Tls.Identity> own() throws IOException {
            return files.certificate().isPresent() && files.key().isPresent()
                    ? Optional.of(
                            block.service(Tls.class)
                                    .identity(
                                            files.certificate().get(),
                                            files.key().get(),
                                            Optional.empty()))
                    : Optional.empty();
        }
    }
}
