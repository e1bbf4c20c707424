package dev.onoma.api;

/// Finds the longest text that every match of a regular expression has, looking only at what stands
/// outside of groups and classes. Nothing is promised about expressions with flags or alternatives:
/// for those it is the empty text.
final class RegexLiteral {
    private static final String SPECIAL = ".*+?()[]{}|^$\\";

    private final String regex;
    private final StringBuilder run = new StringBuilder();
    private String longest = "";
    private int at;

    private RegexLiteral(String regex) {
        this.regex = regex;
    }

    /// @param regex that RE2 knows
    static String of(String regex) {
        return hasFlags(regex) || regex.contains("\\Q") ? "" : new RegexLiteral(regex).find();
    }

    // A group with a name, or one that is not counted, has none.
    private static boolean hasFlags(String regex) {
        for (int at = regex.indexOf("(?"); at >= 0; at = regex.indexOf("(?", at + 1)) {
            boolean group =
                    regex.startsWith("P<", at + 2)
                            || regex.startsWith("<", at + 2)
                            || regex.startsWith(":", at + 2);
            if (!group) {
                return true;
            }
        }
        return false;
    }

    private String find() {
        while (at < regex.length()) {
            char c = regex.charAt(at++);
            switch (c) {
                case '|' -> {
                    return "";
                }
                case '\\' -> escape();
                case '(' -> {
                    end();
                    skipGroup();
                }
                case '[' -> {
                    end();
                    skipClass();
                }
                case '*', '?', '{' -> {
                    // What stands in front may be missing.
                    run.setLength(Math.max(0, run.length() - 1));
                    end();
                    skipCount(c);
                }
                case '^', '$', '.', '+' -> end();
                default -> run.append(c);
            }
        }
        end();
        return longest;
    }

    private void end() {
        // Presentation form with escapes is not what it looks like; nobody writes such names.
        var text = run.toString();
        if (text.length() > longest.length() && text.indexOf('\\') < 0) {
            longest = text;
        }
        run.setLength(0);
    }

    private void escape() {
        char c = at < regex.length() ? regex.charAt(at) : ' ';
        at++;
        if (SPECIAL.indexOf(c) >= 0 || c == '-') {
            run.append(c);
        } else {
            end();
            // \x{41}, \p{Greek}, \123: what is behind is no text of its own.
            at = regex.length();
        }
    }

    private void skipCount(char c) {
        int close = c == '{' ? regex.indexOf('}', at) : -1;
        at = close < 0 ? at : close + 1;
    }

    private void skipGroup() {
        for (int depth = 1; at < regex.length() && depth > 0; at++) {
            switch (regex.charAt(at)) {
                case '\\' -> at++;
                case '[' -> {
                    at++;
                    skipClass();
                    at--;
                }
                case '(' -> depth++;
                case ')' -> depth--;
                default -> {}
            }
        }
    }

    private void skipClass() {
        at += regex.startsWith("^", at) ? 1 : 0;
        at += regex.startsWith("]", at) ? 1 : 0;
        while (at < regex.length() && regex.charAt(at) != ']') {
            if (regex.startsWith("[:", at)) {
                int end = regex.indexOf(":]", at);
                at = end < 0 ? at : end + 1;
            }
            at += regex.charAt(at) == '\\' ? 2 : 1;
        }
        at++;
    }
}
