package dev.onoma.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.server.Flags.Stop;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class CommandsTest {
    private static final Flags FLAGS =
            new Flags(() -> "Usage\n", Set.of("conf"), Set.of("json"), Map.of());

    private record Said(String name, String summary) implements Command {
        @Override
        public int run(List<String> words, PrintStream out, PrintStream err) {
            return words.size();
        }
    }

    @Test
    void aCommandIsFoundByItsWord() {
        var commands = List.<Command>of(new Said("one", "First"), new Said("two", "Second"));
        assertThat(Commands.named(commands, "two")).contains(commands.get(1));
        assertThat(Commands.named(commands, "Two")).isEmpty();
    }

    @Test
    void aWordThatIsNearlyACommandGetsAdvice() {
        assertThat(Commands.advice("explian")).isEqualTo("did you mean: explain?");
        assertThat(Commands.advice("Corefile")).isEmpty();
    }

    @Test
    void helpListsCommandsBehindFlags() {
        assertThat(Commands.usage(List.of(new Said("one", "First"), new Said("two", "Second"))))
                .isEqualTo(
                        """
                        Instead of flags, a word and its own (-help shows them):
                          one
                            \tFirst
                          two
                            \tSecond
                        """);
        assertThat(Commands.usage(List.of())).isEmpty();
    }

    @Test
    void wordsOfACommandMayStandAmongItsFlags() throws Stop {
        var found = FLAGS.parseAmongWords(List.of("-conf", "a", "web", "-json", "db", "--", "-x"));
        assertThat(found.text("conf", "")).isEqualTo("a");
        assertThat(found.isOn("json")).isTrue();
        assertThat(found.words()).containsExactly("web", "db", "-x");
        assertThat(FLAGS.parseAmongWords(List.of()).words()).isEmpty();
    }

    @Test
    void wordsTooManyAndWrongFlagsEndTheProcess() {
        assertThatThrownBy(() -> FLAGS.parseAmongWords(List.of("a", "b", "c")).expectWords(1))
                .isInstanceOf(Stop.class)
                .hasMessage("extra command line arguments: [b c]");
        assertThatThrownBy(() -> FLAGS.parseAmongWords(List.of("a", "-x")))
                .isInstanceOf(Stop.class)
                .hasMessage("flag provided but not defined: -x\nUsage");
    }
}
