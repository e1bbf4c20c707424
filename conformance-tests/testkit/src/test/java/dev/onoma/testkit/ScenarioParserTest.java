package dev.onoma.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ScenarioParserTest {
    private static Scenario only(String text) {
        return ScenarioParser.parse("example.txt", text).getFirst();
    }

    @Test
    void aScenarioIsACorefileThenWhatIsGivenThenQueries() {
        var scenario =
                only(
                        """
                        example.org {
                            hosts hosts.txt # a comment of the Corefile stays
                        }

                        given file hosts.txt
                            10.0.0.1 web.example.org

                            10.0.0.2 db.example.org

                        # a comment of the scenario
                        > web.example.org. A
                        NOERROR aa
                        web.example.org. 3600 IN A 10.0.0.1
                        ;; authority
                        """);

        assertThat(scenario.corefile()).startsWith("example.org {").contains("# a comment of the");
        assertThat(scenario.steps()).hasSize(2);
        var given = (Step.Given) scenario.steps().getFirst();
        assertThat(given.arguments()).containsExactly("hosts.txt");
        assertThat(given.body().stream().map(Line::text))
                .containsExactly("10.0.0.1 web.example.org", "", "10.0.0.2 db.example.org");
        var ask = (Step.Ask) scenario.steps().getLast();
        assertThat(ask.expected().orElseThrow().rcodes()).containsExactly("NOERROR");
    }

    @Test
    void aFileHoldsSeveralScenariosWithTitles() {
        var scenarios =
                ScenarioParser.parse(
                        "two.txt",
                        """
                        # about both
                        == the first
                        . {
                        }
                        > a. A
                        REFUSED
                        == the second
                        . {
                        }
                        > b. A
                        REFUSED
                        """);

        assertThat(scenarios)
                .extracting(Scenario::title)
                .containsExactly("the first", "the second");
        assertThat(scenarios.getLast().steps().getFirst().where().number()).isEqualTo(10);
    }

    @Test
    void aMarkBehindAnAnswerIsForThatAnswerAndOneBeforeTheFirstQueryForAll() {
        var scenario =
                only(
                        """
                        . {
                        }
                        better: the other server
                            does not start

                        > a. A
                        silence

                        better: it answers
                        > b. A
                        silence
                        """);

        assertThat(scenario.better()).contains("the other server does not start");
        assertThat(((Step.Ask) scenario.steps().getFirst()).better()).contains("it answers");
        assertThat(((Step.Ask) scenario.steps().getLast()).better()).isEqualTo(Optional.empty());
    }

    @Test
    void stepsActOnTheRunningServer() {
        var steps =
                only("""
                . {
                }
                ! wait 1.5s
                ! reload fails
                    . {
                        broken
                    }
                ! up was asked at most 2 times for a. A
                ! up was asked once
                ! up last saw rd -do
                ! delete hosts.txt
                """)
                        .steps();

        assertThat(steps.get(0))
                .isEqualTo(new Step.Wait(steps.get(0).where(), Duration.ofMillis(1500)));
        assertThat(((Step.Reload) steps.get(1)).fails()).isTrue();
        assertThat(((Step.Reload) steps.get(1)).corefile()).contains(". {\n    broken\n}\n");
        assertThat(((Step.Check) steps.get(2)).seen())
                .isEqualTo(new Step.Seen.Times(0, 2, List.of("a.", "A")));
        assertThat(((Step.Check) steps.get(3)).seen())
                .isEqualTo(new Step.Seen.Times(1, 1, List.of()));
        assertThat(((Step.Check) steps.get(4)).seen())
                .isEqualTo(new Step.Seen.Last(List.of("rd", "-do")));
        assertThat(((Step.Act) steps.get(5)).verb()).isEqualTo("delete");
    }

    @Test
    void aRepeatedLineCountsInPlaceOfItsNumber() {
        var lines = ScenarioParser.repeated(new Line("x", 1, "x300 a{n}. 1 IN A 10.0.{n}"));

        assertThat(lines).hasSize(300);
        assertThat(lines.getFirst().text()).isEqualTo("a1. 1 IN A 10.0.0.1");
        assertThat(lines.getLast().text()).isEqualTo("a300. 1 IN A 10.0.1.44");
    }

    @Test
    void aMistakeIsReportedWithItsLine() {
        assertThatThrownBy(() -> only(". {\n}\n> a. A\n> b. A\nREFUSED\n"))
                .isInstanceOf(ScenarioException.class)
                .hasMessageStartingWith("example.txt:3: a query without its answer");
        assertThatThrownBy(() -> only(". {\n}\n> a. A +frob\nREFUSED\n"))
                .hasMessageStartingWith("example.txt:3: there is no option +frob");
        assertThatThrownBy(() -> only(". {\n}\n> a. A\nNOERROR xx\n"))
                .hasMessageStartingWith("example.txt:4: there is no flag \"xx\"");
        assertThatThrownBy(() -> only(". {\n}\n> a. A\nNO_ERROR\n"))
                .hasMessageStartingWith("example.txt:4: expected an answer");
        assertThatThrownBy(() -> only(". {\n}\n"))
                .hasMessageStartingWith("example.txt:1: a scenario without a query");
    }

    @Test
    void theExamplesOfAManualKeepTheirLineNumbers() {
        var scenarios =
                Scenarios.examples(
                        "README.md",
                        """
                        # whoami
                        Some text.
                        ```corefile
                        . {
                            whoami
                        }
                        ```
                        asked like this
                        ```dig
                        > a. A
                        NOERROR aa
                        ```
                        and without a question:
                        ```corefile
                        . {
                        }
                        ```
                        """);

        assertThat(scenarios).hasSize(1);
        assertThat(scenarios.getFirst().corefile().strip()).isEqualTo(". {\n    whoami\n}");
        assertThat(scenarios.getFirst().steps().getFirst().where().number()).isEqualTo(10);
    }
}
