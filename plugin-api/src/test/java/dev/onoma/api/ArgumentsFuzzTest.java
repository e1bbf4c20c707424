package dev.onoma.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/// Whatever a word is, it is read or refused with a message that points at it.
final class ArgumentsFuzzTest {
    private static final List<String> PIECES =
            List.of(
                    "0",
                    "1",
                    "9",
                    "53",
                    "255",
                    "99999999999999999999",
                    "-",
                    "+",
                    ".",
                    ":",
                    "::",
                    "/",
                    "%",
                    "[",
                    "]",
                    "s",
                    "ms",
                    "h",
                    "1h",
                    "a",
                    "org",
                    "\\",
                    "\\300",
                    "\\0",
                    "@",
                    "*",
                    "(",
                    ")",
                    "{9}",
                    "+?",
                    "tls://",
                    "dns://",
                    "unix://",
                    "é",
                    "\uD800",
                    "\u0000",
                    "\t",
                    "10.0.0.1",
                    "fe80::1",
                    "%eth0",
                    "/24",
                    "/129",
                    "e",
                    "true",
                    "\"",
                    "#");
    private static final List<Consumer<Arguments>> READERS =
            List.of(
                    a -> a.text("X"),
                    a -> a.number("X", 1, 9),
                    a -> a.decimal("X", 0, 1),
                    a -> a.percent("X", 0, 100),
                    a -> a.bool("X"),
                    a -> a.seconds("X", 0),
                    a -> a.secondsIfNumber("X", 0),
                    a -> a.duration("X"),
                    a -> a.durationOrSeconds("X", Duration.ZERO, Duration.ofDays(1)),
                    a -> a.name("X"),
                    a -> a.zonesOr(List.of()),
                    a -> a.cidr("X"),
                    a -> a.cidrOrAddress("X"),
                    a -> a.ipAddress("X"),
                    a -> a.hostPort("X", 53),
                    a -> a.httpAddress("X"),
                    a -> a.addressOrFile("X"),
                    a -> a.regex("X"),
                    a -> a.oneOf("X", "a", "b"),
                    Arguments::ignoreRest,
                    Arguments::expectEnd);

    private static void read(String text) {
        var location = new Location("Corefile", 1, 3, text.length(), "p " + text, null);
        var line = new Line(List.of(new Word("p", location), new Word(text, location)), null);
        for (var reader : READERS) {
            try {
                reader.accept(Directive.of(line, _ -> {}).arguments("X"));
            } catch (CorefileException e) {
                assertThat(e.getMessage()).startsWith("Corefile:1:3: plugin/p: ");
            }
        }
    }

    @Test
    void anyWordIsReadOrRefused() {
        var random = new Random(53);
        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(60),
                () -> {
                    for (int i = 0; i < 2_000; i++) {
                        var text = new StringBuilder();
                        for (int length = random.nextInt(8); length >= 0; length--) {
                            text.append(PIECES.get(random.nextInt(PIECES.size())));
                        }
                        read(text.toString());
                    }
                });
    }

    @Test
    void longWordsTakeNoTime() {
        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(60),
                () -> {
                    for (var piece : List.of("(", "a", "1", ".", ":", "1s", "%", "[", "\\", "a*")) {
                        read(piece.repeat(9_999 / piece.length()));
                        read(piece.repeat(100_000));
                    }
                    read("(".repeat(4_999) + ")".repeat(4_999));
                    read("(?:".repeat(2_000) + "a" + ")*".repeat(2_000));
                    read("((((a{100}){100}){100}){100})");
                });
    }
}
