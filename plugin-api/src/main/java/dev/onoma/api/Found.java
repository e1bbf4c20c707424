package dev.onoma.api;

import com.google.re2j.Matcher;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a regular expression has found in a text, and what its groups are.
public final class Found {
    private final String text;
    private final int[] places;
    private final Map<String, Integer> names;

    /// @param places begin and end of the whole and of each group, -1 for those that took no part
    Found(String text, int[] places, Map<String, Integer> names) {
        this.text = text;
        this.places = places;
        this.names = names;
    }

    /// @param matcher that has found something in the text
    public static Found of(String text, Matcher matcher) {
        var places = new int[2 * matcher.groupCount() + 2];
        for (int group = 0; group <= matcher.groupCount(); group++) {
            places[2 * group] = matcher.start(group);
            places[2 * group + 1] = matcher.end(group);
        }
        return new Found(text, places, matcher.pattern().namedGroups());
    }

    /// The number of groups, the whole not counted.
    public int groupCount() {
        return places.length / 2 - 1;
    }

    /// What a group has found; 0 for the whole. Null if it took no part.
    public @Nullable String group(int group) {
        int begin = places[2 * group];
        return begin < 0 ? null : text.substring(begin, places[2 * group + 1]);
    }

    /// What a group with a name has found. Null if it took no part, or there is no such group.
    public @Nullable String group(String name) {
        var group = names.get(name);
        return group == null ? null : group(group);
    }

    /// The names of groups.
    public Set<String> names() {
        return names.keySet();
    }
}
