package dev.onoma.testkit;

import dev.onoma.testkit.Expected.Note;
import dev.onoma.testkit.Question.Flag;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;

/// Reads an answer: a line with the rcode and flags, records by section, lines of `;;`.
final class ExpectedParser {
    private static final Set<String> NOTES =
            Set.of(
                    "edns",
                    "ede",
                    "size",
                    "within",
                    "after",
                    "question",
                    "opcode",
                    "varies",
                    "before",
                    "octets");

    private final Line first;
    private final Set<Flag> flags = EnumSet.noneOf(Flag.class);
    private final Set<Flag> flagsOptional = EnumSet.noneOf(Flag.class);
    private boolean anyFlags;
    private final Map<Integer, List<RecordPattern>> sections = new HashMap<>();
    private final Set<Integer> open = new HashSet<>();
    private final List<Note> notes = new ArrayList<>();
    private boolean inOrder;
    private int section = Section.ANSWER;

    private ExpectedParser(Line first) {
        this.first = first;
    }

    /// @param lines at least one, none of them blank
    static Expected parse(List<Line> lines) {
        return new ExpectedParser(lines.getFirst()).read(lines);
    }

    private Expected read(List<Line> lines) {
        var rcodes = status();
        for (var line : lines.subList(1, lines.size())) {
            var text = line.text().strip();
            if (text.equals("in order")) {
                inOrder = true;
            } else if (text.startsWith(";;")) {
                note(line, text.substring(2).strip());
            } else if (!text.startsWith(";")) {
                record(line, text);
            }
        }
        return new Expected(
                first, rcodes, flags, flagsOptional, anyFlags, sections, open, inOrder, notes);
    }

    private List<String> status() {
        var words = List.of(first.text().strip().split("\\s+"));
        var rcodes = Arrays.asList(words.getFirst().split("\\|"));
        for (var rcode : rcodes) {
            boolean known =
                    rcode.equals("*")
                            || rcode.equals(Expected.SILENCE)
                            || rcode.equals(Expected.CLOSED)
                            || rcode.startsWith(Expected.HTTP)
                            || rcode.equals("BADVERS")
                            || Rcode.value(rcode) >= 0;
            if (!known) {
                throw first.wrong(
                        "expected an answer: an rcode such as NOERROR, silence or closed; found \""
                                + rcode
                                + "\"");
            }
        }
        words.subList(1, words.size()).forEach(this::flag);
        return rcodes;
    }

    private void flag(String word) {
        if (word.equals("*")) {
            anyFlags = true;
            return;
        }
        boolean optional = word.endsWith("?");
        var name = optional ? word.substring(0, word.length() - 1) : word;
        try {
            var flag = Flag.valueOf(name.toUpperCase(Locale.ROOT));
            (optional ? flagsOptional : flags).add(flag);
        } catch (IllegalArgumentException _) {
            throw first.wrong("there is no flag \"" + name + "\" (aa, tc, rd, ra, z, ad, cd)");
        }
    }

    private void note(Line line, String text) {
        if (text.isEmpty()) {
            return;
        }
        var words = Records.words(text);
        int named = Sections.ofWord(words.getFirst());
        if (named >= 0) {
            section = named;
            sections.computeIfAbsent(section, _ -> new ArrayList<>());
            if (words.size() == 2 && words.get(1).equals("*")) {
                open.add(section);
            }
        } else if (text.equals("in order")) {
            inOrder = true;
        } else if (NOTES.contains(words.getFirst())) {
            notes.add(new Note(line, words.getFirst(), words.subList(1, words.size())));
        } else {
            throw line.wrong(
                    "after ;; expected answer, authority, additional, in order, or one of "
                            + NOTES.stream().sorted().toList());
        }
    }

    private void record(Line line, String text) {
        if (text.equals("*")) {
            open.add(section);
        } else {
            sections.computeIfAbsent(section, _ -> new ArrayList<>())
                    .add(RecordPattern.parse(line, text));
        }
    }
}
