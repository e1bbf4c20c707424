package dev.onoma.api;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/// Guesses which word somebody meant.
public final class Spelling {
    private static final int WORD_LENGTH_MAX = 64;

    private Spelling() {}

    /// The known word nearest to `word`, if one is near enough to be meant: a third of its letters
    /// may be added, left out, changed or swapped with their neighbour.
    public static Optional<String> nearest(String word, Collection<String> known) {
        if (word.isEmpty() || word.length() > WORD_LENGTH_MAX) {
            return Optional.empty();
        }
        var lowerCase = word.toLowerCase(Locale.ROOT);
        return known.stream()
                .filter(candidate -> distance(lowerCase, candidate) <= tolerance(candidate))
                .min(Comparator.comparingInt(candidate -> distance(lowerCase, candidate)));
    }

    /// Advice such as `did you mean: success? (cache knows success, denial)`.
    ///
    /// @param owner who knows these words; empty to leave that part out
    public static String advice(String word, String owner, Collection<String> known) {
        var guess = nearest(word, known).map(near -> "did you mean: " + near + "?").orElse("");
        if (owner.isEmpty() || known.isEmpty()) {
            return guess;
        }
        var all = owner + " knows " + String.join(", ", known);
        return guess.isEmpty() ? all : guess + " (" + all + ")";
    }

    private static int tolerance(String candidate) {
        return Math.max(1, candidate.length() / 3);
    }

    // Damerau's distance, restricted: no letter is touched twice.
    private static int distance(String from, String to) {
        int[] beforeLast = new int[to.length() + 1];
        int[] last = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int[] row = new int[to.length() + 1];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int change = from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(last[j - 1] + change, 1 + Math.min(last[j], row[j - 1]));
                if (i > 1
                        && j > 1
                        && from.charAt(i - 1) == to.charAt(j - 2)
                        && from.charAt(i - 2) == to.charAt(j - 1)) {
                    row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
                }
            }
            beforeLast = last;
            last = row;
        }
        return last[to.length()];
    }
}
