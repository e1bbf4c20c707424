package dev.onoma.testkit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Reads scenarios.
///
/// ```
/// == a title; a text without one holds a single scenario
/// CONFIGURATION: everything up to the first line that begins with given, >, ! or better:
///
/// given file hosts.txt
///     indented text
/// given certificate dns dns.example 127.0.0.1
/// given upstream up
///     > a.test. A
///     NOERROR aa
///     a.test. 300 IN A 192.0.2.1
///
/// > web.example.org. A +do
/// NOERROR aa
/// web.example.org. 5 IN A 10.0.0.1
/// ;; authority
/// example.org. * IN SOA * * * * * * *
/// better: why the reference server answers otherwise
///
/// ! reload
///     indented configuration
/// ```
///
/// Lines that begin with `#` are comments outside the configuration. In indented texts and
/// expectations a line `xN TEXT` stands for N lines, with `{n}` counting from 1 (as `0.1`, `0.2`,
/// ... `1.0` when it follows a dot: two octets of an address).
public final class ScenarioParser {
    private static final String BETTER = "better:";

    private final List<Line> lines;
    private int at;

    private ScenarioParser(List<Line> lines) {
        this.lines = lines;
    }

    /// Reads a text that may hold several scenarios.
    ///
    /// @param source what messages call the text
    /// @throws ScenarioException that names source, line, and what was expected
    public static List<Scenario> parse(String source, String text) {
        var lines = new ArrayList<Line>();
        for (var line : text.lines().toList()) {
            lines.add(new Line(source, lines.size() + 1, line));
        }
        var scenarios = new ArrayList<Scenario>();
        var title = source;
        int from = 0;
        for (int i = 0; i <= lines.size(); i++) {
            boolean next = i < lines.size() && lines.get(i).startsWith("== ");
            if (next || i == lines.size()) {
                var part = lines.subList(from, i);
                boolean empty = part.stream().allMatch(l -> l.isBlank() || l.startsWith("#"));
                if (!empty) {
                    scenarios.add(new ScenarioParser(part).read(title));
                }
                title = next ? lines.get(i).after("== ") : title;
                from = i + 1;
            }
        }
        return List.copyOf(scenarios);
    }

    private Scenario read(String title) {
        var first = lines.getFirst();
        var corefile = new StringBuilder();
        while (at < lines.size() && !isStart(lines.get(at))) {
            corefile.append(lines.get(at++).text()).append('\n');
        }
        var steps = new ArrayList<Step>();
        var better = better();
        while (skipBlank()) {
            steps.add(step());
        }
        if (steps.isEmpty()) {
            throw first.wrong("a scenario without a query");
        }
        return new Scenario(title, first, corefile.toString(), steps, better);
    }

    private static boolean isStart(Line line) {
        return line.startsWith("given ")
                || line.startsWith("> ")
                || line.startsWith("< ")
                || line.startsWith("! ")
                || line.startsWith(BETTER);
    }

    private boolean skipBlank() {
        while (at < lines.size() && (lines.get(at).isBlank() || lines.get(at).startsWith("#"))) {
            at++;
        }
        return at < lines.size();
    }

    private Step step() {
        var line = lines.get(at++);
        if (line.startsWith("given ")) {
            var words = words(line.after("given "));
            return new Step.Given(
                    line, words.getFirst(), words.subList(1, words.size()), indented());
        }
        if (line.startsWith("> ")) {
            return ask(line);
        }
        if (line.startsWith("< ")) {
            var expected = expected(line);
            return new Step.Await(line, line.after("< "), expected, better());
        }
        if (line.startsWith("! ")) {
            return act(line);
        }
        throw line.wrong("expected given, >, <, ! or better: at the start of the line");
    }

    private Step ask(Line line) {
        var question = QuestionParser.parse(line, line.after("> "));
        if (question.as().isPresent()) {
            return new Step.Ask(line, question, Optional.empty(), Optional.empty());
        }
        var expected = expected(line);
        return new Step.Ask(line, question, Optional.of(expected), better());
    }

    private Expected expected(Line start) {
        var expected = new ArrayList<Line>();
        while (skipBlank() && !isStart(lines.get(at))) {
            expected.addAll(repeated(lines.get(at++)));
        }
        if (expected.isEmpty()) {
            throw start.wrong("a query without its answer; write \"silence\" for none");
        }
        return ExpectedParser.parse(expected);
    }

    private Step act(Line line) {
        var words = words(line.after("! "));
        var verb = words.getFirst();
        var rest = words.subList(1, words.size());
        if (verb.equals("wait") && rest.size() == 1) {
            return new Step.Wait(line, QuestionParser.duration(line, rest.getFirst()));
        }
        if (verb.equals("start") && rest.equals(List.of("fails"))) {
            var patterns = indented().stream().map(l -> l.text().strip()).toList();
            return new Step.StartFails(line, patterns, better());
        }
        if (verb.equals("reload")) {
            var body = indented();
            var text = String.join("\n", body.stream().map(Line::text).toList());
            var corefile = body.isEmpty() ? Optional.<String>empty() : Optional.of(text + "\n");
            return new Step.Reload(line, corefile, rest.contains("fails"), better());
        }
        if (rest.size() >= 2 && rest.get(0).equals("was") && rest.get(1).equals("asked")) {
            return new Step.Check(line, verb, times(line, rest.subList(2, rest.size())), better());
        }
        if (rest.size() >= 2 && rest.get(0).equals("last") && rest.get(1).equals("saw")) {
            var seen = new Step.Seen.Last(rest.subList(2, rest.size()));
            return new Step.Check(line, verb, seen, better());
        }
        return new Step.Act(line, verb, rest, indented());
    }

    /// Reads `2 times`, `once`, `at most 3 times`, `at least 2 times`, then `for WORDS`.
    private static Step.Seen.Times times(Line line, List<String> words) {
        int about = words.indexOf("for");
        var count = about < 0 ? words : words.subList(0, about);
        var what = about < 0 ? List.<String>of() : words.subList(about + 1, words.size());
        if (count.equals(List.of("once"))) {
            return new Step.Seen.Times(1, 1, what);
        }
        if (count.equals(List.of("never"))) {
            return new Step.Seen.Times(0, 0, what);
        }
        try {
            int last = count.size() - 2;
            int number = Integer.parseInt(count.get(last));
            return switch (String.join(" ", count.subList(0, last))) {
                case "" -> new Step.Seen.Times(number, number, what);
                case "at most" -> new Step.Seen.Times(0, number, what);
                case "at least" -> new Step.Seen.Times(number, Integer.MAX_VALUE, what);
                default -> throw new NumberFormatException();
            };
        } catch (NumberFormatException | IndexOutOfBoundsException _) {
            throw line.wrong("expected \"was asked [at most|at least] N times [for NAME TYPE]\"");
        }
    }

    private Optional<String> better() {
        int from = at;
        while (at < lines.size() && (lines.get(at).isBlank() || lines.get(at).startsWith("#"))) {
            at++;
        }
        if (at == lines.size() || !lines.get(at).startsWith(BETTER)) {
            at = from;
            return Optional.empty();
        }
        var reason = new StringBuilder(lines.get(at++).after(BETTER));
        while (at < lines.size() && lines.get(at).isIndented() && !lines.get(at).isBlank()) {
            reason.append(' ').append(lines.get(at++).text().strip());
        }
        if (reason.isEmpty()) {
            throw lines.get(at - 1).wrong("better: needs a sentence that says what is better");
        }
        return Optional.of(reason.toString());
    }

    /// The indented lines that follow, without their indent, blank lines at the end left out.
    private List<Line> indented() {
        var body = new ArrayList<Line>();
        while (at < lines.size() && (lines.get(at).isIndented() || lines.get(at).isBlank())) {
            body.add(lines.get(at++));
        }
        while (!body.isEmpty() && body.getLast().isBlank()) {
            body.removeLast();
        }
        int indent =
                body.stream()
                        .filter(Predicate.not(Line::isBlank))
                        .mapToInt(l -> l.text().length() - l.text().stripLeading().length())
                        .min()
                        .orElse(0);
        return body.stream()
                .map(l -> l.isBlank() ? with(l, "") : with(l, l.text().substring(indent)))
                .flatMap(l -> repeated(l).stream())
                .toList();
    }

    /// `xN TEXT` as N lines.
    static List<Line> repeated(Line line) {
        var text = line.text();
        if (!text.matches("x\\d+ .*")) {
            return List.of(line);
        }
        int space = text.indexOf(' ');
        int times = Integer.parseInt(text.substring(1, space));
        var copies = new ArrayList<Line>(times);
        for (int n = 1; n <= times; n++) {
            copies.add(
                    with(
                            line,
                            text.substring(space + 1)
                                    .replace(".{n}", "." + (n >> 8) + "." + (n & 0xff))
                                    .replace("{n}", "" + n)));
        }
        return copies;
    }

    private static Line with(Line line, String text) {
        return new Line(line.source(), line.number(), text);
    }

    private static List<String> words(String text) {
        return Arrays.asList(text.split("\\s+"));
    }
}
