package dev.onoma.testkit;

import java.util.List;
import java.util.Optional;

/// A text that was read: one configuration and what happens with it.
///
/// @param where the first line
/// @param corefile with placeholders such as `{upstream}` still in it
/// @param better why the reference server cannot play this scenario at all, if it cannot
public record Scenario(
        String title, Line where, String corefile, List<Step> steps, Optional<String> better) {

    public Scenario {
        steps = List.copyOf(steps);
    }

    @Override
    public String toString() {
        return title;
    }
}
