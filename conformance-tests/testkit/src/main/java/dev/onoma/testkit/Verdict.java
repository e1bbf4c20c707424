package dev.onoma.testkit;

import dev.onoma.testkit.Expected.Note;
import dev.onoma.testkit.Question.Flag;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// Compares a reply with what was expected.
///
/// What every reply owes to its query goes without saying and is looked at unless the query was
/// `raw`: id, opcode and question come back as they were, octet for octet; RD and CD too; Z is
/// zero; an EDNS record is there if, and only if, the query had one; over UDP the reply is not
/// larger than the client takes (RFC 1035, section 4.1; RFC 6891, sections 6.1.1 and 7).
final class Verdict {
    private static final int EDE = 15;
    private static final int DO = 0x8000;

    private final Question question;
    private final Reply reply;
    private final Expected expected;
    private final List<String> problems = new ArrayList<>();

    private Verdict(Question question, Reply reply, Expected expected) {
        this.question = question;
        this.reply = reply;
        this.expected = expected;
    }

    /// @return what is wrong with the reply, nothing if it is as expected
    static List<String> of(Question question, Reply reply, Expected expected) {
        var verdict = new Verdict(question, reply, expected);
        verdict.compare();
        return List.copyOf(verdict.problems);
    }

    private void compare() {
        check(
                expected.allows(reply.rcodeText()),
                "rcode is " + reply.rcodeText() + ", not " + String.join("|", expected.rcodes()));
        check(reply.flag(Flag.QR), "QR is 0: this is a query");
        flags();
        if (!question.raw()) {
            manners();
        }
        for (int section = Section.ANSWER; section <= Section.ADDITIONAL; section++) {
            section(section);
        }
        expected.notes().forEach(this::note);
    }

    private void flags() {
        if (expected.anyFlags()) {
            return;
        }
        for (var flag : List.of(Flag.AA, Flag.TC, Flag.RA, Flag.AD)) {
            if (!expected.flagsOptional().contains(flag)) {
                boolean wanted = expected.flags().contains(flag);
                check(reply.flag(flag) == wanted, flag + (wanted ? " is missing" : " is set"));
            }
        }
    }

    private void manners() {
        int id = question.message().unsigned16(0);
        check(reply.id() == id, "id is " + reply.id() + ", not " + id);
        check(!reply.flag(Flag.Z), "Z is set (RFC 1035, section 4.1.1)");
        for (var flag : List.of(Flag.RD, Flag.CD)) {
            boolean optional = expected.anyFlags() || expected.flagsOptional().contains(flag);
            boolean wanted = question.flag(flag) || expected.flags().contains(flag);
            check(optional || reply.flag(flag) == wanted, flag + " is not as in the query");
        }
        if (!has("opcode")) {
            int opcode = (question.message().unsigned16(2) >> 11) & 0xf;
            check(reply.opcode() == opcode, "opcode is " + Opcode.string(reply.opcode()));
        }
        if (!has("question")) {
            check(
                    question.message().toString().startsWith(reply.question().toString(), 24),
                    "the question did not come back octet for octet: " + reply.question());
            check(reply.wire().unsigned16(4) == 1, "QDCOUNT is " + reply.wire().unsigned16(4));
        }
        if (!has("edns")) {
            check(
                    !question.hasEdns() || !reply.edns().isEmpty(),
                    "no OPT, but the query had one (RFC 6891, section 6.1.1)");
            check(
                    question.hasEdns() || reply.edns().isEmpty(),
                    "an OPT, but the query had none (RFC 6891, section 6.1.1)");
        }
        check(
                question.over() != Question.Over.UDP || reply.wire().length() <= question.sizeMax(),
                reply.wire().length() + " octets, the client takes " + question.sizeMax());
    }

    private boolean has(String note) {
        return expected.notes().stream().anyMatch(n -> n.kind().equals(note));
    }

    private void section(int section) {
        var patterns = expected.sections().getOrDefault(section, List.of());
        var left = new ArrayList<Record>(reply.section(section));
        if (expected.inOrder()) {
            inOrder(section, patterns, left);
        } else {
            for (var pattern : patterns) {
                var found = left.stream().filter(pattern::matches).findFirst();
                check(found.isPresent(), "missing in " + Sections.word(section) + ": " + pattern);
                found.ifPresent(left::remove);
            }
        }
        if (!expected.open().contains(section)) {
            left.forEach(record ->
                    problems.add(
                            "not expected in %s: %s"
                                    .formatted(Sections.word(section), Records.text(record))));
        }
    }

    private void inOrder(int section, List<RecordPattern> patterns, List<Record> left) {
        for (var pattern : patterns) {
            boolean matches = !left.isEmpty() && pattern.matches(left.getFirst());
            check(matches, "not next in " + Sections.word(section) + ": " + pattern);
            if (matches) {
                left.removeFirst();
            }
        }
    }

    private void note(Note note) {
        var words = note.words();
        switch (note.kind()) {
            case "edns" -> words.forEach(word -> edns(note, word));
            case "ede" -> ede(words);
            case "size", "octets" -> size(note);
            case "within" -> {
                long limit = QuestionParser.duration(note.where(), first(note)).toNanos();
                check(reply.waitedNanos() <= limit, "waited " + waited() + ", not " + words);
            }
            case "after" -> {
                long limit = QuestionParser.duration(note.where(), first(note)).toNanos();
                check(reply.waitedNanos() >= limit, "waited only " + waited() + ", not " + words);
            }
            case "question" -> question(words);
            case "opcode" ->
                    check(
                            Opcode.string(reply.opcode()).equals(first(note))
                                    || first(note).equals(Integer.toString(reply.opcode())),
                            "opcode is " + Opcode.string(reply.opcode()));
            default -> {
                // "before" and "varies" are about several replies: the player looks at them.
            }
        }
    }

    private static String first(Note note) {
        if (note.words().isEmpty()) {
            throw note.where().wrong("expected something after \"" + note.kind() + "\"");
        }
        return note.words().getFirst();
    }

    private String waited() {
        return "%.1f ms".formatted(reply.waitedNanos() / 1e6);
    }

    private void size(Note note) {
        var text = String.join("", note.words());
        int size = reply.wire().length();
        try {
            boolean fits =
                    text.startsWith("<=")
                            ? size <= Integer.parseInt(text.substring(2))
                            : text.startsWith(">=")
                                    ? size >= Integer.parseInt(text.substring(2))
                                    : size == Integer.parseInt(text);
            check(fits, size + " octets, not " + text);
        } catch (NumberFormatException _) {
            throw note.where().wrong("expected ;; size <=512, >=512 or 512");
        }
    }

    private void question(List<String> words) {
        var actual =
                reply.section(Section.QUESTION).stream()
                        .map(q ->
                                "%s %s %s"
                                        .formatted(
                                                q.getName(),
                                                Type.string(q.getType()),
                                                DClass.string(q.getDClass())))
                        .toList();
        var wanted = String.join(" ", words);
        if (wanted.equals("none")) {
            check(actual.isEmpty(), "the question section holds " + actual);
        } else if (!wanted.equals("*")) {
            check(actual.equals(List.of(wanted)), "the question is " + actual + ", not " + wanted);
        }
    }

    private void ede(List<String> words) {
        var option = reply.option(EDE);
        if (words.equals(List.of("none"))) {
            check(option == null, "an extended error: " + describe(option));
            return;
        }
        if (option == null || option.data().length() < 2) {
            problems.add("no extended error " + String.join(" ", words));
            return;
        }
        var codes = Set.of(words.getFirst().split("\\|"));
        boolean code = codes.contains("" + option.data().unsigned16(0));
        boolean text = words.size() < 2 || Glob.matches(words.get(1), describeText(option));
        check(code && text, "extended error is " + describe(option));
    }

    private static String describe(Reply.@Nullable Option option) {
        return option == null || option.data().length() < 2
                ? "none"
                : option.data().unsigned16(0) + " " + describeText(option);
    }

    private static String describeText(Reply.Option option) {
        var bytes = option.data().slice(2, option.data().length()).toArray();
        return "\"" + new String(bytes, StandardCharsets.UTF_8) + "\"";
    }

    private void edns(Note note, String word) {
        if (word.equals("none")) {
            check(reply.edns().isEmpty(), "an OPT, none expected");
            return;
        }
        if (word.equals("*")) {
            return;
        }
        if (reply.edns().isEmpty()) {
            problems.add("no OPT");
            return;
        }
        check(reply.edns().size() == 1, reply.edns().size() + " OPT records");
        var opt = reply.edns().getFirst();
        int equals = word.indexOf('=');
        var name = equals < 0 ? word : word.substring(0, equals);
        var value = equals < 0 ? "" : word.substring(equals + 1);
        boolean good =
                switch (name) {
                    case "version" -> Glob.matches(value, "" + opt.version());
                    case "size" -> Glob.matches(value, "" + opt.size());
                    case "do" -> (opt.flags() & DO) != 0;
                    case "-do" -> (opt.flags() & DO) == 0;
                    case "flags" -> opt.flags() == Integer.decode(value);
                    case "options" -> opt.options().isEmpty() == value.equals("none");
                    case "option" -> option(value);
                    case "-option" -> !option(value);
                    case "nsid" -> option("3:" + hex(value));
                    case "cookie" -> {
                        var cookie = reply.option(10);
                        yield cookie != null && cookie.data().length() == number(note, value);
                    }
                    default ->
                            throw note.where()
                                    .wrong(
                                            "after ;; edns expected none, version=, size=, do, -do,"
                                                    + " flags=, options=none, option=, -option=, nsid="
                                                    + " or cookie=LENGTH, found "
                                                    + word);
                };
        check(good, "edns " + word + " is not so");
    }

    /// `CODE`, `CODE:HEX` (`*` allowed in HEX).
    private boolean option(String value) {
        int colon = value.indexOf(':');
        var code = colon < 0 ? value : value.substring(0, colon);
        return reply.edns().getFirst().options().stream()
                .anyMatch(option ->
                        code.equals("" + option.code())
                                && (colon < 0
                                        || Glob.matches(
                                                value.substring(colon + 1),
                                                option.data().toString())));
    }

    private static String hex(String text) {
        return Octets.of(text.replace("\"", "").getBytes(StandardCharsets.UTF_8)).toString();
    }

    private static int number(Note note, String value) {
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException _) {
            throw note.where().wrong("expected a number, found \"" + value + "\"");
        }
    }

    private void check(boolean good, String problem) {
        if (!good) {
            problems.add(problem);
        }
    }
}
