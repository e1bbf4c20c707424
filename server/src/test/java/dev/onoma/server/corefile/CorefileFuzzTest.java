package dev.onoma.server.corefile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.api.CorefileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/// Whatever the text is, there is an answer: blocks, or what is wrong with it.
final class CorefileFuzzTest {
    private static final List<String> PIECES =
            List.of(
                    "{",
                    "}",
                    "\n",
                    "\n",
                    " ",
                    " ",
                    " {\n",
                    "}\n",
                    "import",
                    "import s\n",
                    "(s)",
                    "(t) {\n",
                    "\"",
                    "\\",
                    "#",
                    ",",
                    "log",
                    "cache",
                    "whoami",
                    "nonsense",
                    ".",
                    "example.org",
                    ":53",
                    ":",
                    "tls://",
                    "10.0.0.0/9",
                    "::/0",
                    "1::/3",
                    "{$A}",
                    "{%B%}",
                    "{$",
                    "}",
                    "{args[0]}",
                    "{args[:]}",
                    "import s x y\n",
                    "import t {$A}\n",
                    "\r",
                    "\t",
                    "\uFEFF",
                    "\u0000",
                    "\uD800",
                    "é",
                    "a\\300b",
                    "\\",
                    "import /nosuch/*\n",
                    "import [\n",
                    "import \"\n\"\n",
                    "99999",
                    "import \u0000\n");
    private static final CorefileParser.Options OPTIONS =
            new CorefileParser.Options(
                    List.of("log", "cache", "whoami"),
                    "53",
                    Map.of("A", "s", "B", "{$A}{%B%}", "C", ""));

    private static void parse(String text) {
        var source = new CorefileSource.Text("Corefile", text, Path.of("/nosuch/Corefile"));
        try {
            var corefile = CorefileParser.parse(source, OPTIONS, _ -> {});
            assertThat(corefile.blocks()).as(text).isNotEmpty();
            assertThat(corefile.digest()).hasSize(128);
        } catch (CorefileException e) {
            assertThat(e.problems()).isNotEmpty();
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    @Test
    void piecesOfCorefilesInAnyOrderAreParsedOrRefused() {
        var random = new Random(53);
        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(60),
                () -> {
                    for (int i = 0; i < 20_000; i++) {
                        var text = new StringBuilder();
                        for (int length = random.nextInt(40); length > 0; length--) {
                            text.append(PIECES.get(random.nextInt(PIECES.size())));
                        }
                        parse(text.toString());
                    }
                });
    }

    @Test
    void anyCharactersAreParsedOrRefused() {
        var random = new Random(853);
        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(60),
                () -> {
                    for (int i = 0; i < 5_000; i++) {
                        var text = new StringBuilder();
                        for (int length = random.nextInt(200); length > 0; length--) {
                            text.append((char) random.nextInt(random.nextBoolean() ? 128 : 65536));
                        }
                        parse(text.toString());
                    }
                });
    }

    @Test
    void importsThatMultiplyEnd() {
        var bomb = new StringBuilder("(s0) {\n log\n}\n");
        for (int i = 1; i < 30; i++) {
            bomb.append("(s%d) {\n import s%d\n import s%d\n}\n".formatted(i, i - 1, i - 1));
        }
        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(60), () -> parse(bomb + ". {\n import s29\n}\n"));
        var wide =
                "(w) {\n"
                        + "log a b c\n".repeat(2_000)
                        + "}\n. {\n"
                        + "import w\n".repeat(2_000)
                        + "}\n";
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(60), () -> parse(wide));
    }

    @Test
    void argumentsThatDoubleEnd() {
        var growing =
                "(a) {\n import b {args[:]} {args[:]}\n}\n(b) {\n import a {args[:]} {args[:]}\n}\n. {\n import a x\n}\n";
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(60), () -> parse(growing));
        var longer =
                "(a) {\n import b {args[0]}{args[0]}\n}\n(b) {\n import a {args[0]}{args[0]}\n}\n. {\n import a x\n}\n";
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(60), () -> parse(longer));
    }
}
