package dev.onoma.server;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// `onoma cache`: what the caches of the server that runs hold, and a way to make them forget.
public final class CacheCommand implements Command {
    private static final String USAGE =
            """
            Usage of onoma cache:
              onoma cache                       counts what the caches hold
              onoma cache show NAME             lists what is kept for a name
              onoma cache flush NAME            forgets it
              -below
                \tThe names below NAME too (. is everything)
              -server string
                \tAddress of the plugin admin (default "localhost:9154")
            """;

    private static final Flags FLAGS =
            new Flags(() -> USAGE, Set.of("server"), Set.of("below"), Map.of());

    @Override
    public String name() {
        return "cache";
    }

    @Override
    public String summary() {
        return "Show and flush what caches hold: onoma cache [show|flush NAME]";
    }

    @Override
    public int run(List<String> words, PrintStream out, PrintStream err)
            throws Flags.Stop, IOException {
        var found = FLAGS.parseAmongWords(words);
        found.expectWords(2);
        var method = method(found.words());
        var name = found.words().size() > 1 ? found.words().get(1) : "";
        var page =
                new AdminClient(found.text("server", AdminClient.ADDRESS_DEFAULT))
                        .ask(method, "/cache", Map.of(found.isOn("below") ? "zone" : "name", name));
        return page.show(out, err);
    }

    private static String method(List<String> words) throws Flags.Stop {
        if (words.isEmpty()) {
            return "GET";
        }
        var what = words.getFirst();
        if (!what.equals("show") && !what.equals("flush")) {
            throw FLAGS.misuse("show or flush is expected, not \"" + what + "\"");
        }
        if (words.size() < 2) {
            throw FLAGS.misuse("NAME is missing");
        }
        return what.equals("show") ? "GET" : "POST";
    }
}
