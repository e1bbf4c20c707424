package dev.onoma.testkit;

import java.util.List;
import java.util.Map;
import java.util.Set;

/// The answer a scenario expects.
///
/// @param rcodes any of these; `silence` for no reply, `closed` for the end of the TCP connection,
///   `http-404` for a status of HTTP
/// @param flags those of AA, TC, RA and AD that are set; all others are not
/// @param flagsOptional those that may be set or not
/// @param anyFlags whether no flag is looked at
/// @param sections the records of the sections that are looked at; a section without an entry is
///   empty
/// @param open sections that may hold more records than those written
/// @param notes the lines that begin with `;;` and are no sections
record Expected(
        Line where,
        List<String> rcodes,
        Set<Question.Flag> flags,
        Set<Question.Flag> flagsOptional,
        boolean anyFlags,
        Map<Integer, List<RecordPattern>> sections,
        Set<Integer> open,
        boolean inOrder,
        List<Note> notes) {

    static final String SILENCE = "silence";
    static final String HTTP = "http-";
    static final String CLOSED = "closed";

    /// One more thing to look at, such as `;; edns size=1232` or `;; within 200ms`.
    record Note(Line where, String kind, List<String> words) {
        Note {
            words = List.copyOf(words);
        }
    }

    Expected {
        rcodes = List.copyOf(rcodes);
        flags = Set.copyOf(flags);
        flagsOptional = Set.copyOf(flagsOptional);
        sections = Map.copyOf(sections);
        open = Set.copyOf(open);
        notes = List.copyOf(notes);
    }

    boolean allows(String rcode) {
        return rcodes.contains("*") || rcodes.contains(rcode);
    }

    boolean isSilence() {
        return rcodes.contains(SILENCE);
    }

    boolean isClosed() {
        return rcodes.contains(CLOSED);
    }
}
