package dev.onoma.api;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A regular expression as Corefiles have them, searched in the text of a name twenty times as fast
/// as RE2/J does it: literals, classes, groups, alternatives, anchors and counts.
///
/// It tries what the expression says in its order, and goes back where that fails, so it finds what
/// RE2 finds (leftmost, first alternative, greedy). What RE2 promises, linear time, it keeps by
/// giving up: after [#STEPS_MAX] steps the caller asks RE2. Expressions with anything else in them
/// (flags, lazy counts, assertions, counted groups) are not read, and left to RE2 as well.
///
/// Texts are ASCII, as those of names are. Immutable.
final class QuickRegex {
    /// The steps of one search: more than an ordinary name takes, and at most a few microseconds.
    static final int STEPS_MAX = 4_096;

    private static final int REPEAT_MAX = 255;
    private static final int INSTRUCTIONS_MAX = 500;
    private static final int GAVE_UP = -2;
    private static final int FAILED = -1;

    /// What a search comes to when it has taken too many steps.
    static final int[] UNDECIDED = {};

    private enum Kind {
        /// One octet or more of a set, as many as there are, at least `a` and at most `b`.
        RUN,
        /// Notes the place in `a`.
        SAVE,
        /// Goes on at `a`; if that fails, at `b`.
        SPLIT,
        JUMP,
        BEGIN,
        END
    }

    /// @param low bits of the ASCII characters from 0 on
    /// @param high bits of those from 64 on
    private record Set(long low, long high) {
        static final Set NONE = new Set(0, 0);
        // RE2's dot is not for line ends.
        static final Set DOT = of('\n').inverse();

        static Set of(int c) {
            return c < 64 ? new Set(1L << c, 0) : new Set(0, 1L << c);
        }

        static Set range(int from, int to) {
            var set = NONE;
            for (int c = from; c <= to; c++) {
                set = set.or(of(c));
            }
            return set;
        }

        Set or(Set other) {
            return new Set(low | other.low, high | other.high);
        }

        Set inverse() {
            return new Set(~low, ~high);
        }

        boolean has(char c) {
            return c < 128 && ((c < 64 ? low : high) >>> c & 1) != 0;
        }
    }

    private record Instruction(Kind kind, Set set, int a, int b) {}

    private final Instruction[] program;
    private final int groups;
    private final Map<String, Integer> names;
    private final boolean anchored;

    private QuickRegex(Reader reader) {
        program = reader.program.toArray(Instruction[]::new);
        groups = reader.groups;
        names = Map.copyOf(reader.names);
        anchored = program.length > 0 && program[0].kind == Kind.BEGIN;
    }

    /// @param regex that RE2 knows
    /// @return null if the expression has more than this knows
    static @Nullable QuickRegex of(String regex) {
        var reader = new Reader(regex);
        return reader.readAll() ? new QuickRegex(reader) : null;
    }

    /// The numbers of the groups that have names.
    Map<String, Integer> names() {
        return names;
    }

    /// Looks for the expression anywhere in a text.
    ///
    /// @return begin and end of what was found and of each group, -1 for groups that took no part;
    ///   null if there is nothing, [#UNDECIDED] if that takes too long to say
    int @Nullable [] find(String text) {
        var search = new Search(text);
        int last = anchored ? 0 : text.length();
        for (int from = 0; from <= last; from++) {
            int end = search.from(0, from);
            if (end == GAVE_UP) {
                return UNDECIDED;
            }
            if (end >= 0) {
                search.places[0] = from;
                search.places[1] = end;
                return search.places;
            }
        }
        return null;
    }

    private final class Search {
        private final String text;
        private final int[] places = new int[2 * groups + 2];
        private int steps;

        Search(String text) {
            this.text = text;
            Arrays.fill(places, -1);
        }

        // Returns where the match ends.
        int from(int first, int begin) {
            int at = begin;
            for (int i = first; i < program.length; i++) {
                var instruction = program[i];
                switch (instruction.kind) {
                    case RUN -> {
                        int most = run(instruction, at);
                        if (most < at + instruction.a) {
                            return ++steps > STEPS_MAX ? GAVE_UP : FAILED;
                        }
                        if (most > at + instruction.a && !isOver(i + 1)) {
                            return shorter(i + 1, at + instruction.a, most);
                        }
                        at = most;
                    }
                    case SAVE -> {
                        return save(instruction.a, i + 1, at);
                    }
                    case SPLIT -> {
                        int end = from(instruction.a, at);
                        if (end != FAILED) {
                            return end;
                        }
                        i = instruction.b - 1;
                    }
                    case JUMP -> i = instruction.a - 1;
                    case BEGIN -> {
                        if (at != 0) {
                            return FAILED;
                        }
                    }
                    case END -> {
                        if (at != text.length()) {
                            return FAILED;
                        }
                    }
                }
                if (++steps > STEPS_MAX) {
                    return GAVE_UP;
                }
            }
            return at;
        }

        private boolean isOver(int next) {
            return next == program.length;
        }

        private int run(Instruction run, int begin) {
            int most = run.b < text.length() - begin ? begin + run.b : text.length();
            int at = begin;
            while (at < most && run.set.has(text.charAt(at))) {
                at++;
            }
            steps += at - begin >> 3;
            return at;
        }

        // As many as possible first.
        private int shorter(int next, int least, int most) {
            for (int at = most; at >= least; at--) {
                if (mayBegin(next, at)) {
                    int end = from(next, at);
                    if (end != FAILED) {
                        return end;
                    }
                }
                if (++steps > STEPS_MAX) {
                    return GAVE_UP;
                }
            }
            return FAILED;
        }

        // One look saves most attempts.
        private boolean mayBegin(int next, int at) {
            int i = next;
            while (i < program.length && program[i].kind == Kind.SAVE) {
                i++;
            }
            if (i == program.length) {
                return true;
            }
            var instruction = program[i];
            return switch (instruction.kind) {
                case RUN ->
                        instruction.a == 0
                                || at < text.length() && instruction.set.has(text.charAt(at));
                case END -> at == text.length();
                case SAVE, SPLIT, JUMP, BEGIN -> true;
            };
        }

        private int save(int place, int next, int at) {
            int before = places[place];
            places[place] = at;
            int end = from(next, at);
            if (end < 0) {
                places[place] = before;
            }
            return end;
        }
    }

    /// Reads an expression; RE2 has said that it is one.
    private static final class Reader {
        private static final String LITERAL_ESCAPES = ".-\\/*+?()[]{}|^$@:_,;!\"#%&'<=>`~ ";

        private final String regex;
        private final List<Instruction> program = new ArrayList<>();
        private final Map<String, Integer> names = new LinkedHashMap<>();
        private int groups;
        private int at;

        Reader(String regex) {
            this.regex = regex;
        }

        boolean readAll() {
            return alternatives() && at == regex.length() && program.size() <= INSTRUCTIONS_MAX;
        }

        private boolean is(char c) {
            return at < regex.length() && regex.charAt(at) == c;
        }

        private void add(Kind kind, int a, int b) {
            program.add(new Instruction(kind, Set.NONE, a, b));
        }

        private boolean alternatives() {
            int begin = program.size();
            if (!sequence()) {
                return false;
            }
            if (!is('|')) {
                return true;
            }
            at++;
            insert(begin);
            int jump = program.size();
            add(Kind.JUMP, 0, 0);
            program.set(begin, split(begin + 1, program.size()));
            if (!alternatives()) {
                return false;
            }
            program.set(jump, new Instruction(Kind.JUMP, Set.NONE, program.size(), 0));
            return true;
        }

        private static Instruction split(int first, int second) {
            return new Instruction(Kind.SPLIT, Set.NONE, first, second);
        }

        // Makes room for one instruction; what stands behind moves.
        private void insert(int place) {
            program.add(place, split(0, 0));
            for (int i = place + 1; i < program.size(); i++) {
                var moved = program.get(i);
                if (moved.kind == Kind.SPLIT || moved.kind == Kind.JUMP) {
                    program.set(i, new Instruction(moved.kind, Set.NONE, moved.a + 1, moved.b + 1));
                }
            }
        }

        private boolean sequence() {
            while (at < regex.length() && !is('|') && !is(')')) {
                if (!item()) {
                    return false;
                }
            }
            return true;
        }

        private boolean item() {
            char c = regex.charAt(at);
            if (c == '(') {
                return group();
            }
            if (c == '^' || c == '$') {
                at++;
                add(c == '^' ? Kind.BEGIN : Kind.END, 0, 0);
                return !isCount();
            }
            var set = set();
            return set != null && counted(set);
        }

        private boolean isCount() {
            return is('*') || is('+') || is('?') || is('{');
        }

        private boolean group() {
            at++;
            boolean counts = true;
            if (is('?')) {
                int named = regex.startsWith("?P<", at) ? 3 : regex.startsWith("?<", at) ? 2 : 0;
                if (named > 0) {
                    int end = regex.indexOf('>', at);
                    names.put(regex.substring(at + named, end), groups + 1);
                    at = end + 1;
                } else if (regex.startsWith("?:", at)) {
                    at += 2;
                    counts = false;
                } else {
                    return false;
                }
            }
            int begin = program.size();
            int number = counts ? ++groups : 0;
            if (counts) {
                add(Kind.SAVE, 2 * number, 0);
            }
            if (!alternatives()) {
                return false;
            }
            at++;
            if (counts) {
                add(Kind.SAVE, 2 * number + 1, 0);
            }
            if (is('?') && !regex.startsWith("??", at)) {
                at++;
                insert(begin);
                program.set(begin, split(begin + 1, program.size()));
            }
            return !isCount();
        }

        private boolean counted(Set set) {
            int min = 1;
            int max = 1;
            if (is('*') || is('+') || is('?')) {
                min = is('+') ? 1 : 0;
                max = is('?') ? 1 : Integer.MAX_VALUE;
                at++;
            } else if (is('{')) {
                int end = regex.indexOf('}', at);
                var range = end < 0 ? "" : regex.substring(at + 1, end);
                if (!range.matches("[0-9]{1,3}(,[0-9]{0,3})?")) {
                    return false;
                }
                int comma = range.indexOf(',');
                min = Integer.parseInt(comma < 0 ? range : range.substring(0, comma));
                boolean open = comma == range.length() - 1;
                max =
                        comma < 0
                                ? min
                                : open
                                        ? Integer.MAX_VALUE
                                        : Integer.parseInt(range.substring(comma + 1));
                at = end + 1;
                if (min > REPEAT_MAX) {
                    return false;
                }
            }
            program.add(new Instruction(Kind.RUN, set, min, max));
            return !isCount();
        }

        private @Nullable Set set() {
            char c = regex.charAt(at++);
            return switch (c) {
                case '.' -> Set.DOT;
                case '[' -> charClass();
                case '\\' -> escape();
                case '*', '+', '?', '{' -> null;
                default -> c < 128 ? Set.of(c) : null;
            };
        }

        private @Nullable Set escape() {
            if (at == regex.length()) {
                return null;
            }
            char c = regex.charAt(at++);
            return switch (c) {
                case 'd' -> Set.range('0', '9');
                case 'D' -> Set.range('0', '9').inverse();
                case 'w' -> word();
                case 'W' -> word().inverse();
                default -> LITERAL_ESCAPES.indexOf(c) >= 0 ? Set.of(c) : null;
            };
        }

        private static Set word() {
            return Set.range('0', '9')
                    .or(Set.range('A', 'Z'))
                    .or(Set.range('a', 'z'))
                    .or(Set.of('_'));
        }

        private @Nullable Set charClass() {
            boolean inverse = is('^');
            at += inverse ? 1 : 0;
            var all = Set.NONE;
            boolean first = true;
            while (at < regex.length() && (first || !is(']'))) {
                first = false;
                var part = part();
                if (part == null) {
                    return null;
                }
                all = all.or(part);
            }
            at++;
            return inverse ? all.inverse() : all;
        }

        // One character, a range, or an escape.
        private @Nullable Set part() {
            if (regex.startsWith("[:", at)) {
                return null;
            }
            char c = regex.charAt(at++);
            if (c == '\\') {
                var escaped = escape();
                // A range that begins with an escape is RE2's business.
                boolean range = is('-') && !regex.startsWith("-]", at);
                return range ? null : escaped;
            }
            if (is('-') && !regex.startsWith("-]", at)) {
                at++;
                char last = regex.charAt(at++);
                return last == '\\' || last >= 128 || c >= 128 || last < c
                        ? null
                        : Set.range(c, last);
            }
            return c < 128 ? Set.of(c) : null;
        }
    }
}
