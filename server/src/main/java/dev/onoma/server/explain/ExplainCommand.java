package dev.onoma.server.explain;

import dev.onoma.server.AdminClient;
import dev.onoma.server.Command;
import dev.onoma.server.Flags;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// `onoma explain NAME [TYPE]`: asks the server that runs why it answers as it does.
public final class ExplainCommand implements Command {
    private static final String USAGE =
            """
            Usage of onoma explain: onoma explain NAME [TYPE]
              -client string
                \tAddress to be taken for the client (default "127.0.0.1")
              -dnssec
                \tSet DO
              -listener string
                \tWhere to ask, as the label "server" of metrics has it (default: the first of the Corefile)
              -server string
                \tAddress of the plugin admin (default "localhost:9154")
              -tcp
                \tAs if asked over TCP
            """;

    private static final Flags FLAGS =
            new Flags(
                    () -> USAGE,
                    Set.of("client", "listener", "server"),
                    Set.of("dnssec", "tcp"),
                    Map.of());

    @Override
    public String name() {
        return "explain";
    }

    @Override
    public String summary() {
        return "Tell why a query gets the answer it gets: onoma explain NAME [TYPE]";
    }

    @Override
    public int run(List<String> words, PrintStream out, PrintStream err)
            throws Flags.Stop, IOException {
        var found = FLAGS.parseAmongWords(words);
        found.expectWords(2);
        if (found.words().isEmpty()) {
            throw FLAGS.misuse("NAME is missing");
        }
        var type = found.words().size() > 1 ? found.words().get(1) : "";
        var client = new AdminClient(found.text("server", AdminClient.ADDRESS_DEFAULT));
        var page =
                client.ask(
                        "GET",
                        "/explain",
                        Map.of(
                                "name",
                                found.words().getFirst(),
                                "type",
                                type,
                                "client",
                                found.text("client", ""),
                                "listener",
                                found.text("listener", ""),
                                "dnssec",
                                found.isOn("dnssec") ? "1" : "",
                                "transport",
                                found.isOn("tcp") ? "tcp" : ""));
        return page.show(out, err);
    }
}
