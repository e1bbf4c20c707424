package dev.onoma.plugins.auto;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;

/// What the zone of a file is called: text with `{1}` or `{name}` for what a group of the
/// expression matched. `$1` and `$name` do the same, and `$$` is a dollar, as in Go.
///
/// @param text as in the Corefile
record OriginTemplate(String text) {
    private static final String REFERENCE = "\\$\\$|\\$?\\{([0-9A-Za-z_]+)\\}|\\$([0-9A-Za-z_]+)";

    /// The name for a file whose name matched.
    String expand(Pattern pattern, Matcher matched) {
        var out = new StringBuilder();
        var references = Pattern.compile(REFERENCE).matcher(text);
        int at = 0;
        while (references.find()) {
            out.append(text, at, references.start());
            at = references.end();
            var braced = references.group(1);
            var name = braced == null ? references.group(2) : braced;
            out.append(name == null ? "$" : group(pattern, matched, name));
        }
        return out.append(text, at, text.length()).toString();
    }

    // A group that there is not, or that matched nothing, is empty.
    private static String group(Pattern pattern, Matcher matched, String name) {
        String found = null;
        if (name.matches("[0-9]{1,4}")) {
            int number = Integer.parseInt(name);
            found = number <= matched.groupCount() ? matched.group(number) : null;
        } else if (pattern.namedGroups().containsKey(name)) {
            found = matched.group(name);
        }
        return found == null ? "" : found;
    }
}
