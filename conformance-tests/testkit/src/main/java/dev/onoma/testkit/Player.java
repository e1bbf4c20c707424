package dev.onoma.testkit;

import dev.onoma.testkit.Subject.Running;
import dev.onoma.testkit.Subject.StartFailed;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Plays one scenario against one subject and collects everything that is not as expected.
public final class Player implements AutoCloseable {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([a-z][a-z0-9.-]*)}");
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    private final Scenario scenario;
    private final Subject subject;
    private final Path folder;
    private final int port;
    private final Map<String, Upstream> upstreams = new HashMap<>();
    private final Map<String, String> placeholders = new HashMap<>();
    private final Map<String, Client.Sent> sent = new HashMap<>();
    private final Client client = new Client();
    private final Cluster cluster;
    private final List<String> problems = new ArrayList<>();
    private @Nullable Authority authority;
    private @Nullable Running running;

    private Player(Scenario scenario, Subject subject, Path folder) throws IOException {
        this.scenario = scenario;
        this.subject = subject;
        this.folder = folder;
        this.port = Ports.free();
        this.cluster = new Cluster(folder);
        placeholders.put("port", "" + port);
        placeholders.put("dir", folder.toString());
    }

    /// Plays it.
    ///
    /// @param folder an empty folder for the files of the scenario
    /// @return what was not as expected, each with its place; nothing if all was
    public static List<String> play(Scenario scenario, Subject subject, Path folder)
            throws IOException, InterruptedException {
        try (var player = new Player(scenario, subject, folder)) {
            player.play();
            return player.verdict();
        }
    }

    private void play() throws IOException, InterruptedException {
        int first = 0;
        while (first < scenario.steps().size()
                && scenario.steps().get(first) instanceof Step.Given given) {
            given(given);
            first++;
        }
        var next = first < scenario.steps().size() ? scenario.steps().get(first) : null;
        try {
            var corefile = replace(scenario.corefile());
            running = subject.start(new Subject.Setup(folder, corefile, port, cluster));
        } catch (StartFailed e) {
            refused(next, e);
            return;
        }
        if (next instanceof Step.StartFails fails) {
            judge(fails.where(), List.of("the server has started"), fails.better());
            return;
        }
        for (var step : scenario.steps().subList(first, scenario.steps().size())) {
            step(step);
        }
    }

    private void refused(@Nullable Step next, StartFailed e) {
        var said = String.valueOf(e.getMessage());
        if (next instanceof Step.StartFails fails) {
            judge(fails.where(), unsaid(fails.patterns(), said), fails.better());
        } else {
            problems.add(scenario.where().where() + ": the server did not start:\n" + said);
        }
    }

    private static List<String> unsaid(List<String> patterns, String said) {
        return patterns.stream()
                .filter(p -> said.lines().noneMatch(line -> Glob.matches(p, line.strip())))
                .map(p -> "the message has no line \"%s\":\n%s".formatted(p, said))
                .toList();
    }

    /// A mark for the whole scenario turns its problems around when the subject is the reference.
    private List<String> verdict() {
        if (!subject.isReference() || scenario.better().isEmpty()) {
            return List.copyOf(problems);
        }
        return problems.isEmpty()
                ? List.of(
                        scenario.where().where()
                                + ": marked better, but "
                                + subject.name()
                                + " plays the whole scenario; take the mark away")
                : List.of();
    }

    private Running running() {
        if (running == null) {
            throw new IllegalStateException("the server has not started");
        }
        return running;
    }

    private void step(Step step) throws IOException, InterruptedException {
        switch (step) {
            case Step.Given given -> given(given);
            case Step.Ask ask -> ask(ask);
            case Step.Await await -> await(await);
            case Step.StartFails fails ->
                    throw fails.where().wrong("\"start fails\" must come before all queries");
            case Step.Reload reload -> reload(reload);
            case Step.Wait wait -> running().advance(wait.duration());
            case Step.Act act -> act(act);
            case Step.Check check -> judge(check.where(), check(check), check.better());
        }
    }

    private void given(Step.Given given) throws IOException {
        switch (given.kind()) {
            case "file" -> write(given.where(), given.arguments(), given.body());
            case "certificate" -> {
                var words = new ArrayList<>(given.arguments());
                var name = first(given.where(), words);
                words.removeFirst();
                authority().issue(name, words.toArray(String[]::new));
            }
            case "upstream" -> {
                var name = first(given.where(), given.arguments());
                var upstream = new Upstream(UpstreamScript.parse(upstreamBody(given)));
                upstreams.put(name, upstream);
                placeholders.put(name, upstream.address());
                placeholders.put(name + ".port", "" + upstream.port());
            }
            default -> {
                if (!Cluster.knows(given.kind())) {
                    throw given.where()
                            .wrong(
                                    "expected given file, certificate, upstream, namespace, service,"
                                            + " endpoints, pod or manifest");
                }
                cluster.given(given);
            }
        }
    }

    private Authority authority() {
        var made = authority;
        if (made == null) {
            made = Authority.in(folder);
            authority = made;
        }
        return made;
    }

    /// `given upstream NAME answers RECORD` is a script of one rule.
    private static List<Line> upstreamBody(Step.Given given) {
        var words = given.arguments();
        if (words.size() < 2 || !words.get(1).equals("answers")) {
            return given.body();
        }
        var record = words.subList(2, words.size());
        if (record.size() < 5) {
            throw given.where().wrong("expected \"answers OWNER TTL CLASS TYPE DATA\"");
        }
        var line = given.where();
        return List.of(
                new Line(line.source(), line.number(), "> " + record.get(0) + " " + record.get(3)),
                new Line(line.source(), line.number(), "NOERROR"),
                new Line(line.source(), line.number(), String.join(" ", record)));
    }

    private void write(Line where, List<String> arguments, List<Line> body) throws IOException {
        var file = inside(where, first(where, arguments));
        var text = new StringBuilder();
        body.forEach(line -> text.append(line.text()).append('\n'));
        Files.createDirectories(Optional.ofNullable(file.getParent()).orElse(folder));
        var temporary = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(temporary, replace(text.toString()));
        Files.move(temporary, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    private Path inside(Line where, String name) {
        var file = folder.resolve(name).normalize();
        if (!file.startsWith(folder)) {
            throw where.wrong("a file outside the folder of the scenario");
        }
        return file;
    }

    private static String first(Line where, List<String> arguments) {
        if (arguments.isEmpty()) {
            throw where.wrong("a name is missing");
        }
        return arguments.getFirst();
    }

    private void act(Step.Act act) throws IOException, InterruptedException {
        var arguments = act.arguments();
        switch (act.verb()) {
            case "write" -> write(act.where(), arguments, act.body());
            case "delete" -> Files.delete(inside(act.where(), first(act.where(), arguments)));
            case "upstream" -> {
                var name = first(act.where(), arguments);
                upstream(act.where(), name).play(UpstreamScript.parse(act.body()));
            }
            case "stop" -> upstream(act.where(), first(act.where(), arguments)).close();
            case "close" -> client.close();
            case "remove" -> cluster.remove(act.where(), arguments);
            default ->
                    throw act.where()
                            .wrong(
                                    "expected reload, wait, write, delete, upstream, stop, close, remove,"
                                            + " NAME was asked, or NAME last saw");
        }
    }

    private Upstream upstream(Line where, String name) {
        var upstream = upstreams.get(name);
        if (upstream == null) {
            throw where.wrong("no upstream is called \"" + name + "\": " + upstreams.keySet());
        }
        return upstream;
    }

    private void reload(Step.Reload reload) throws IOException, InterruptedException {
        var text = reload.corefile().orElse(scenario.corefile());
        try {
            running().reload(replace(text));
            if (reload.fails()) {
                var problem = List.of("the reload has not failed");
                judge(reload.where(), problem, reload.better());
            }
        } catch (StartFailed e) {
            var problem = List.of("the reload has failed: " + e.getMessage());
            judge(reload.where(), reload.fails() ? List.of() : problem, reload.better());
        }
    }

    private List<String> check(Step.Check check) {
        var seen = upstream(check.where(), check.upstream()).seen();
        return switch (check.seen()) {
            case Step.Seen.Times(int atLeast, int atMost, var about) -> {
                long times = seen.stream().filter(query -> hasWords(query, about)).count();
                yield times >= atLeast && times <= atMost
                        ? List.of()
                        : List.of("asked %d times: %s".formatted(times, seen));
            }
            case Step.Seen.Last(var words) ->
                    !seen.isEmpty() && hasWords(seen.getLast(), words)
                            ? List.of()
                            : List.of("the last of " + seen.size() + " was: " + last(seen));
        };
    }

    private static String last(List<String> seen) {
        return seen.isEmpty() ? "none" : seen.getLast();
    }

    private static boolean hasWords(String query, List<String> wanted) {
        var words = List.of(query.split(" "));
        return wanted.stream()
                .allMatch(word ->
                        word.startsWith("-")
                                ? words.stream().noneMatch(w -> Glob.matches(word.substring(1), w))
                                : words.stream().anyMatch(w -> matches(word, w)));
    }

    /// Names are compared with their case here: whether it is kept is what one wants to know.
    private static boolean matches(String pattern, String word) {
        return pattern.indexOf('*') >= 0 ? Glob.matches(pattern, word) : pattern.equals(word);
    }

    private void ask(Step.Ask ask) throws InterruptedException {
        var question = ask.question();
        if (question.as().isPresent()) {
            try {
                sent.put(question.as().get(), client.send(question, server(ask)));
            } catch (IOException e) {
                judge(ask.where(), List.of("cannot send: " + e.getMessage()), ask.better());
            }
            return;
        }
        var expected = ask.expected().orElseThrow();
        var different = new HashSet<List<List<org.xbill.DNS.Record>>>();
        var wrong = List.<String>of();
        for (int i = 0; i < question.times() && wrong.isEmpty(); i++) {
            var answer = awaitAnswer(question, server(ask), expected);
            if (answer instanceof Answer.Got(var reply)) {
                different.add(reply.sections());
            }
            wrong = compare(question, answer, expected);
        }
        boolean varies = expected.notes().stream().anyMatch(n -> n.kind().equals("varies"));
        if (wrong.isEmpty() && varies && different.size() < 2) {
            wrong = List.of("the same reply " + question.times() + " times, it should vary");
        }
        judge(ask.where(), wrong, ask.better());
    }

    private Answer awaitAnswer(Question question, InetSocketAddress server, Expected expected)
            throws InterruptedException {
        try {
            var sending = client.send(question, server);
            var answer = sending.await(patience(question, expected));
            client.close(sending);
            return answer;
        } catch (IOException e) {
            return new Answer.Broken("%s: %s".formatted(server, e.getMessage()));
        }
    }

    private static Duration patience(Question question, Expected expected) {
        return expected.isSilence() && question.timeout().equals(Client.TIMEOUT)
                ? Client.SILENCE
                : question.timeout();
    }

    private void await(Step.Await await) throws InterruptedException {
        var pending = sent.get(await.name());
        if (pending == null) {
            throw await.where().wrong("no query was sent with +as=" + await.name());
        }
        var expected = await.expected();
        var answer = pending.await(patience(pending.question(), expected));
        var wrong = new ArrayList<>(compare(pending.question(), answer, expected));
        for (var note : expected.notes()) {
            if (note.kind().equals("before")) {
                var other = sent.get(String.join(" ", note.words()));
                if (other == null) {
                    throw note.where().wrong("no query was sent with +as=" + note.words());
                }
                if (other.hasArrived()) {
                    wrong.add("the answer to " + note.words() + " had come already");
                }
            }
        }
        judge(await.where(), wrong, await.better());
    }

    private static List<String> compare(Question question, Answer answer, Expected expected) {
        var wrong =
                switch (answer) {
                    case Answer.Got(var reply) -> Verdict.of(question, reply, expected);
                    case Answer.Silence() ->
                            expected.isSilence() ? List.<String>of() : List.of("no answer");
                    case Answer.Closed(_) ->
                            expected.isClosed()
                                    ? List.<String>of()
                                    : List.of("the connection was closed");
                    case Answer.Refused refused ->
                            expected.allows(refused.toString())
                                    ? List.<String>of()
                                    : List.of("the status of HTTP is another");
                    case Answer.Broken(var why) -> List.of(why);
                };
        return wrong.isEmpty() ? wrong : List.of(describe(question, answer, wrong));
    }

    private static String describe(Question question, Answer answer, List<String> wrong) {
        return "> %s\n  %s\n  the answer was:\n%s"
                .formatted(
                        question.text(), String.join("\n  ", wrong), answer.toString().indent(4));
    }

    private InetSocketAddress server(Step.Ask ask) {
        var text = replace(ask.question().server().orElse("127.0.0.1"));
        int colon = text.lastIndexOf(':');
        boolean hasPort = colon > 0 && (text.startsWith("[") ? text.contains("]:") : true);
        var host = hasPort ? text.substring(0, colon) : text;
        try {
            var bare = host.replace("[", "").replace("]", "");
            var address = bare.isEmpty() ? LOOPBACK : InetAddress.ofLiteral(bare);
            int number = hasPort ? Integer.parseInt(text.substring(colon + 1)) : port;
            return new InetSocketAddress(address, number);
        } catch (IllegalArgumentException _) {
            throw ask.where().wrong("expected @ADDRESS or @ADDRESS:PORT, found " + text);
        }
    }

    /// Problems of a step; a `better:` mark turns them around when the subject is the reference.
    private void judge(Line where, List<String> wrong, Optional<String> better) {
        if (better.isPresent() && subject.isReference()) {
            if (wrong.isEmpty()) {
                problems.add(
                        where.where()
                                + ": marked better, but "
                                + subject.name()
                                + " does the same; take the mark away");
            }
        } else {
            wrong.forEach(problem -> problems.add(where.where() + ": " + problem));
        }
    }

    /// Puts addresses and ports in the place of `{upstream}`, `{port}`, `{port.other}` and `{dir}`;
    /// other braces stay, Corefiles are full of them.
    private String replace(String text) {
        return PLACEHOLDER
                .matcher(text)
                .replaceAll(match -> {
                    var name = match.group(1);
                    if (name.startsWith("port.")) {
                        placeholders.computeIfAbsent(name, _ -> freePort());
                    }
                    var value = placeholders.get(name);
                    return Matcher.quoteReplacement(value == null ? match.group() : value);
                });
    }

    private static String freePort() {
        try {
            return "" + Ports.free();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        client.close();
        if (running != null) {
            running.close();
        }
        for (var upstream : upstreams.values()) {
            upstream.close();
        }
        cluster.close();
    }
}
