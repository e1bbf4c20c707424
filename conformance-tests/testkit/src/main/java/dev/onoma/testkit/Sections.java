package dev.onoma.testkit;

import org.xbill.DNS.Section;

/// The names of the sections as scenarios write them.
final class Sections {
    private Sections() {}

    static String word(int section) {
        return switch (section) {
            case Section.ANSWER -> "answer";
            case Section.AUTHORITY -> "authority";
            case Section.ADDITIONAL -> "additional";
            default -> "question";
        };
    }

    /// @return -1 for any other word
    static int ofWord(String word) {
        return switch (word) {
            case "answer" -> Section.ANSWER;
            case "authority" -> Section.AUTHORITY;
            case "additional" -> Section.ADDITIONAL;
            default -> -1;
        };
    }
}
