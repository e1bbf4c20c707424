package dev.onoma.api;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayDeque;

/// Regular expressions of Corefiles: RE2's syntax and its promise to take linear time.
///
/// Beyond what RE2/J refuses, an expression may not be longer than CoreDNS allows, nor nest deeper
/// or repeat more often than Go allows: `((a{100}){100}){100}` would be a million states.
public final class Regexes {
    private static final int LENGTH_MAX = 10_000;
    private static final int NESTING_MAX = 1_000;
    private static final long REPETITIONS_MAX = 1_000;

    private Regexes() {}

    /// Compiles an expression.
    ///
    /// @throws PatternSyntaxException if RE2 does not know it
    /// @throws IllegalArgumentException if it is too large; the message says in which way
    public static Pattern compile(String text) {
        int length = text.codePointCount(0, text.length());
        if (length > LENGTH_MAX) {
            throw new IllegalArgumentException(
                    "regex pattern too long: " + length + " > " + LENGTH_MAX);
        }
        new Scan(text).check();
        try {
            return Pattern.compile(text);
        } catch (StackOverflowError _) {
            throw new IllegalArgumentException("regex pattern nests too deeply");
        }
    }

    /// Follows groups and repetitions only; what is no expression is left to RE2/J.
    private static final class Scan {
        private final String text;
        private final ArrayDeque<Long> outer = new ArrayDeque<>();
        private int at;
        private long inGroup = 1; // how often the most repeated part of this group is repeated
        private long last = 1; // the same of the part read last

        Scan(String text) {
            this.text = text;
        }

        void check() {
            while (at < text.length()) {
                char c = text.charAt(at);
                at++;
                switch (c) {
                    case '\\' -> skipEscape();
                    case '[' -> skipClass();
                    case '(' -> open();
                    case ')' -> close();
                    case '{' -> repeat();
                    case '*', '+', '?' -> {} // count once
                    default -> last = 1;
                }
            }
        }

        private void open() {
            outer.push(inGroup);
            inGroup = 1;
            last = 1;
            if (outer.size() > NESTING_MAX) {
                throw new IllegalArgumentException("regex pattern nests too deeply");
            }
        }

        private void close() {
            last = inGroup;
            inGroup = Math.max(last, outer.isEmpty() ? 1 : outer.pop());
        }

        private void repeat() {
            int end = text.indexOf('}', at);
            var range = end < 0 ? "" : text.substring(at, end);
            if (!range.matches("[0-9]{1,6}(,[0-9]{0,6})?")) {
                last = 1;
                return;
            }
            at = end + 1;
            int comma = range.indexOf(',');
            boolean open = comma < 0 || comma == range.length() - 1;
            var count = open ? range.replace(",", "") : range.substring(comma + 1);
            last *= Math.max(1, Long.parseLong(count));
            inGroup = Math.max(inGroup, last);
            if (last > REPETITIONS_MAX) {
                throw new IllegalArgumentException(
                        "regex pattern repeats too often: invalid repeat count {" + range + "}");
            }
        }

        private void skipEscape() {
            last = 1;
            int end = text.startsWith("Q", at) ? text.indexOf("\\E", at) : at - 1;
            at = end < 0 ? text.length() : end + 2;
        }

        private void skipClass() {
            last = 1;
            at += text.startsWith("^", at) ? 1 : 0;
            at += text.startsWith("]", at) ? 1 : 0;
            while (at < text.length() && text.charAt(at) != ']') {
                if (text.startsWith("[:", at)) {
                    int end = text.indexOf(":]", at);
                    at = end < 0 ? at : end + 1;
                }
                at += text.charAt(at) == '\\' ? 2 : 1;
            }
            at++;
        }
    }
}
