package dev.onoma.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.server.corefile.CorefileSource;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/// DNS over HTTP/1.1, in clear text.
@Timeout(60)
final class Http1Test {
    @TempDir Path directory;

    /// An answer that is said to come later may be there at once: the next request must not wait
    /// for it.
    @Test
    void aRequestBehindALateAnswerThatIsThereAtOnceIsServed() throws IOException {
        Files.writeString(directory.resolve("Corefile"), "https://.:0 {\n forward\n}\n");
        var options =
                new Onoma.Options(
                        CorefileSource.ofFile("Corefile", directory.resolve("Corefile")),
                        "0",
                        Map.of(),
                        null,
                        new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
                        directory,
                        1,
                        true);
        try (var server = Onoma.start(options);
                var socket = Client.connect(server.port())) {
            var in = new DataInputStream(socket.getInputStream());
            for (int i = 0; i < 3; i++) {
                var query = Client.query("done.example.org.", Type.A);
                var head =
                        "POST /dns-query HTTP/1.1\r\nhost: dns.example\r\ncontent-length: "
                                + query.length
                                + "\r\n\r\n";
                socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
                socket.getOutputStream().write(query);
                assertThat(response(in).getRcode()).isEqualTo(Rcode.NXDOMAIN);
            }
        }
    }

    private static Message response(DataInputStream in) throws IOException {
        int length = 0;
        while (true) {
            var line = new StringBuilder();
            for (int c = in.readUnsignedByte(); c != '\n'; c = in.readUnsignedByte()) {
                line.append((char) c);
            }
            if (line.toString().startsWith("content-length: ")) {
                length = Integer.parseInt(line.substring(16).strip());
            }
            if (line.toString().isBlank()) {
                return new Message(in.readNBytes(length));
            }
        }
    }
}
