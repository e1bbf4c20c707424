package dev.onoma.plugins.kubernetes;

import dev.onoma.api.WireSections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;

/// What the store has to say to a question.
sealed interface Finding {
    /// Records.
    ///
    /// @param state of the service that all of them are about; null if there is more to it
    record Records(List<Record> answer, List<Record> additional, @Nullable ServiceState state)
            implements Finding {}

    /// Records of some endpoints of a service that has many: others each time.
    ///
    /// @param whole whether these are all of them
    record Sample(WireSections sections, boolean whole) implements Finding {}

    /// Another name to follow: type ExternalName.
    record Alias(Name target) implements Finding {}

    /// The name exists and has no such records.
    record NoData() implements Finding {}

    /// The name does not exist.
    record NoName() implements Finding {}

    /// The question is not for this plugin to answer: zone transfers.
    record Refused() implements Finding {}

    /// There is nothing of that type.
    static Finding ofRecords(
            List<Record> answer, List<Record> additional, @Nullable ServiceState state) {
        return answer.isEmpty() ? new NoData() : new Records(answer, additional, state);
    }
}
