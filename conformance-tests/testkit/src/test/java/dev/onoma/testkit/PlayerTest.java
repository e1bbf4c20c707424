package dev.onoma.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Plays scenarios against a server of which every octet is known: a scripted [Upstream], asked at
/// `@{up}`.
final class PlayerTest {
    private static final String SCRIPT =
            """
            . {
            }
            given upstream up
                > a.test. A
                NOERROR aa -ra
                @ 60 IN A 192.0.2.1
                @ 60 IN AAAA 2001:db8::1
                ;; authority
                test. 60 IN NS ns.test.

                > nx.test. *
                NXDOMAIN aa -ra

                > quiet.test. A
                silence

                > wrong.test. A
                with wrong id
                NOERROR -ra

                > late.test. A
                after 300ms
                NOERROR -ra

                > error.test. A
                SERVFAIL -ra
                ;; ede 22 "nobody there"

            """;

    @TempDir Path folder;

    /// Nothing to start: the queries go to the upstream.
    private record Nothing(boolean isReference) implements Subject {
        @Override
        public String name() {
            return "nothing";
        }

        @Override
        public Running start(Setup setup) throws StartFailed {
            if (setup.corefile().contains("broken")) {
                throw new StartFailed("Corefile:2 - Unknown directive 'broken'");
            }
            return new Running() {
                @Override
                public void reload(String corefile) {}

                @Override
                public void advance(Duration duration) {}

                @Override
                public String log() {
                    return "";
                }

                @Override
                public void close() {}
            };
        }
    }

    private List<String> play(boolean reference, String... lines)
            throws IOException, InterruptedException {
        var text = SCRIPT + String.join("\n", Arrays.asList(lines)) + "\n";
        var scenario = ScenarioParser.parse("test", text).getFirst();
        return Player.play(scenario, new Nothing(reference), folder);
    }

    @Test
    void aReplyAsExpectedIsNoProblem() throws Exception {
        assertThat(
                        play(
                                false,
                                "> a.test. A @{up}",
                                "NOERROR aa",
                                "A.test. 60 IN AAAA 2001:DB8:0::1",
                                "a.test. 30..60 IN A 192.0.2.*",
                                ";; authority",
                                "*",
                                "> nx.test. MX @{up} +tcp",
                                "NXDOMAIN aa",
                                "> quiet.test. A @{up}",
                                "silence",
                                "> other.test. A @{up}",
                                "REFUSED ra",
                                "! up was asked once for a.test. A udp",
                                "! up was asked 4 times",
                                "! up last saw rd -do -edns=*"))
                .isEmpty();
    }

    @Test
    void whatDiffersIsToldWithTheWholeReply() throws Exception {
        var problems =
                play(false, "> a.test. A @{up}", "NOERROR", "a.test. 61 IN A 192.0.2.1", "*");

        assertThat(problems).hasSize(1);
        assertThat(problems.getFirst())
                .startsWith("test:29: > a.test. A")
                .contains("AA is set")
                .contains("missing in answer: a.test. 61 IN A 192.0.2.1")
                .contains("not expected in authority: test. 60 IN NS ns.test.")
                .contains("    NOERROR aa rd\n");
    }

    @Test
    void aSectionThatIsNotMentionedIsEmpty() throws Exception {
        assertThat(play(false, "> a.test. A @{up}", "NOERROR aa", "*").getFirst())
                .contains("not expected in authority");
    }

    @Test
    void theIdOfAReplyIsLookedAt() throws Exception {
        assertThat(play(false, "> wrong.test. A @{up}", "NOERROR").getFirst()).contains("id is");
    }

    @Test
    void anExtendedErrorWithoutEdnsInTheQueryIsAnUninvitedOptRecord() throws Exception {
        assertThat(play(false, "> error.test. A @{up}", "SERVFAIL").getFirst())
                .contains("an OPT, but the query had none");
        assertThat(play(false, "> error.test. A @{up} +edns", "SERVFAIL", ";; ede 22 \"nobody*\""))
                .isEmpty();
    }

    @Test
    void queriesOfOneConnectionMayBeAnsweredOutOfOrder() throws Exception {
        assertThat(
                        play(
                                false,
                                "> late.test. A @{up} +conn=c +as=late",
                                "> nx.test. A @{up} +conn=c +as=soon",
                                "< soon",
                                "NXDOMAIN aa",
                                ";; before late",
                                "< late",
                                "NOERROR",
                                ";; after 200ms"))
                .isEmpty();
    }

    @Test
    void aMarkTurnsAroundWhatTheReferenceMustDo() throws Exception {
        var query = "> nx.test. A @{up}";

        assertThat(play(true, query, "NOERROR", "better: it should exist")).isEmpty();
        assertThat(play(false, query, "NOERROR", "better: it should exist")).hasSize(1);
        assertThat(play(true, query, "NXDOMAIN aa", "better: it does not exist").getFirst())
                .contains("take the mark away");
    }

    @Test
    void aRefusedCorefileIsExpectedByItsMessage() throws Exception {
        var text = ". {\n    broken\n}\n! start fails\n    *Unknown directive 'broken'*\n";
        var scenario = ScenarioParser.parse("test", text).getFirst();

        assertThat(Player.play(scenario, new Nothing(false), folder)).isEmpty();
    }
}
