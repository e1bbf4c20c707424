package dev.onoma.testkit;

/// Text with `*` for anything and `?` for one character.
final class Glob {
    private Glob() {}

    /// Compares without regard to case, unless the pattern is a quoted text, where `?` is itself
    /// too.
    static boolean matches(String pattern, String text) {
        boolean exact = pattern.startsWith("\"");
        return matches(pattern, 0, text, 0, !exact);
    }

    private static boolean matches(
            String pattern, int fromPattern, String text, int fromText, boolean ignoreCase) {
        int p = fromPattern;
        int t = fromText;
        int starPattern = -1;
        int starText = -1;
        while (t < text.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                starPattern = p++;
                starText = t;
            } else if (p < pattern.length()
                    && (pattern.regionMatches(ignoreCase, p, text, t, 1)
                            || (ignoreCase && pattern.charAt(p) == '?'))) {
                p++;
                t++;
            } else if (starPattern >= 0) {
                p = starPattern + 1;
                t = ++starText;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }
}
