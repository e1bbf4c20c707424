package dev.onoma.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.server.Flags.Stop;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CommandLineTest {
    private static CommandLine parse(String words) throws Stop {
        return CommandLine.parse(words.isEmpty() ? List.of() : List.of(words.split(" ", -1)));
    }

    @Test
    void withoutWordsAllIsAsInTheManual() throws Stop {
        assertThat(parse(""))
                .isEqualTo(
                        new CommandLine(
                                "", "53", LineFormat.text(), "", "", false, false, false, false));
    }

    @Test
    void flagsHaveOneOrTwoDashesAndTheirValueBehindThemOrAnEqualsSign() throws Stop {
        var expected =
                new CommandLine("a", "1053", LineFormat.text(), "b", "c", true, true, true, true);
        assertThat(
                        parse(
                                "-conf a -dns.port 1053 -log-format text -pidfile b -plugin-dir c -plugins -quiet -validate -version"))
                .isEqualTo(expected);
        assertThat(
                        parse(
                                "--conf=a --p=1053 --pidfile=b --plugin-dir=c --plugins=true --quiet=T --validate=1 --version"))
                .isEqualTo(expected);
    }

    @Test
    void theLastFlagWins() throws Stop {
        assertThat(parse("-p 1 -dns.port 2").dnsPort()).isEqualTo("2");
        assertThat(parse("-dns.port 2 -p 1").dnsPort()).isEqualTo("1");
        assertThat(parse("-quiet -quiet=false").quiet()).isFalse();
        assertThat(parse("-conf= --").conf()).isEmpty();
        assertThat(parse("-conf -x").conf()).isEqualTo("-x");
    }

    @ParameterizedTest
    @CsvSource({
        "-foo, flag provided but not defined: -foo",
        "--foo=x, flag provided but not defined: -foo",
        "-conf, flag needs an argument: -conf",
        "-p, flag needs an argument: -p",
        "-=x, bad flag syntax: -=x",
        "---conf, bad flag syntax: ---conf",
        "-log-format xml, invalid value \"xml\" for flag -log-format: expected text or json",
        "-quiet=maybe, invalid boolean value \"maybe\" for -quiet: parse error",
    })
    void misuseIsToldWithTheUsage(String words, String message) {
        assertThatThrownBy(() -> parse(words))
                .isInstanceOfSatisfying(
                        Stop.class, stop -> assertThat(stop.exitCode()).isEqualTo(2))
                .hasMessageStartingWith(
                        message
                                + "\nUsage of onoma:\n  -conf string\n    \tCorefile to load (default \"Corefile\")\n");
    }

    @ParameterizedTest
    @CsvSource({
        "foo bar, [foo bar]",
        "-quiet true, [true]",
        "-- -quiet, [-quiet]",
        "-, [-]",
        "x -quiet, [x -quiet]"
    })
    void wordsTooManyAreTold(String words, String extra) {
        assertThatThrownBy(() -> parse(words))
                .isInstanceOfSatisfying(
                        Stop.class, stop -> assertThat(stop.exitCode()).isEqualTo(1))
                .hasMessage("extra command line arguments: " + extra);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-h", "-help", "--help", "-quiet -h"})
    void helpIsTheUsage(String words) {
        assertThatThrownBy(() -> parse(words))
                .isInstanceOfSatisfying(Stop.class, stop -> assertThat(stop.exitCode()).isZero())
                .hasMessage((CommandLine.USAGE + Commands.usage()).stripTrailing());
    }
}
