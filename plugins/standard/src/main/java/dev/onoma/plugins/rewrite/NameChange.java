package dev.onoma.plugins.rewrite;

import com.google.re2j.Pattern;
import dev.onoma.api.Found;
import dev.onoma.api.Names;
import dev.onoma.api.Response;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;
import org.xbill.DNS.NameTooLongException;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/// What becomes of a name in an answer. A name that would be none stays as it is.
sealed interface NameChange {
    /// The name to put in place of another, or null to leave that.
    @Nullable Name of(Name name);

    /// The rewritten name becomes the one that was asked for, and so do the names below it.
    record Back(Name rewritten, Name asked) implements NameChange {
        @Override
        public @Nullable Name of(Name name) {
            if (!name.subdomain(rewritten)) {
                return null;
            }
            try {
                return Name.concatenate(name.relativize(rewritten), asked);
            } catch (NameTooLongException _) {
                return null; // cannot be said, so it stays
            }
        }
    }

    /// An end of the text becomes another, label or not.
    record OfSuffix(String from, String to) implements NameChange {
        @Override
        public @Nullable Name of(Name name) {
            var text = name.toString();
            int begin = text.length() - from.length();
            boolean ends = begin >= 0 && text.regionMatches(true, begin, from, 0, from.length());
            return ends ? nameOrNull(text.substring(0, begin) + to) : null;
        }
    }

    /// The whole name becomes what a template makes of it.
    record ByRegex(Pattern pattern, TextTemplate to) implements NameChange {
        @Override
        public @Nullable Name of(Name name) {
            var text = name.toString();
            var found = pattern.matcher(text);
            return found.find() ? nameOrNull(to.fill(Found.of(text, found))) : null;
        }
    }

    /// The answer gets the name that was asked for, wherever the rewritten one stands.
    ///
    /// @param change makes the name that was asked for of the rewritten one
    record TurnBack(NameChange change) implements ResponseRule.Change {
        @Override
        public void apply(Response response) {
            ofOwners(change).apply(response);
            ofValues(change).apply(response);
        }
    }

    private static @Nullable Name nameOrNull(String text) {
        try {
            return Names.of(text);
        } catch (IllegalArgumentException _) {
            return null; // cannot be said, so it stays
        }
    }

    /// Changes the owners of all records.
    static ResponseRule.Change ofOwners(NameChange change) {
        return new OfRecords(r -> {
            var name = change.of(r.getName());
            return name == null ? r : r.withName(name);
        });
    }

    /// Changes the names in the data of all records.
    static ResponseRule.Change ofValues(NameChange change) {
        return new OfRecords(r -> {
            var value = RecordValue.of(r);
            var name = value == null ? null : change.of(value);
            return name == null ? r : RecordValue.with(r, name);
        });
    }

    /// A change of every record.
    record OfRecords(RecordChange change) implements ResponseRule.Change {
        @Override
        public void apply(Response response) {
            if (response.count(Section.ANSWER)
                            + response.count(Section.AUTHORITY)
                            + response.count(Section.ADDITIONAL)
                    > 0) {
                for (var records :
                        List.of(
                                response.answers(),
                                response.authorities(),
                                response.additionals())) {
                    records.replaceAll(change::of);
                }
            }
        }
    }

    /// What becomes of a record.
    @FunctionalInterface
    interface RecordChange {
        Record of(Record record);
    }
}
