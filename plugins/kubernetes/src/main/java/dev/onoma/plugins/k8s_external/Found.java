package dev.onoma.plugins.k8s_external;

import java.util.List;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;

/// What there is to a question.
sealed interface Found {
    /// Records.
    ///
    /// @param hosts whose addresses belong to the additional records, if somebody knows them
    /// @param whole whether these are all there are
    record Records(List<Record> answer, List<Record> additional, List<Name> hosts, boolean whole)
            implements Found {}

    /// Another name to follow: that of a load balancer.
    record Alias(Name target) implements Found {}

    /// The name exists and has no such records.
    record NoData() implements Found {}

    /// The name does not exist.
    record NoName() implements Found {}

    /// The same as a part of what there is.
    default Found asPart() {
        return this instanceof Records(var answer, var additional, var hosts, _)
                ? new Records(answer, additional, hosts, /* whole= */ false)
                : this;
    }

    /// There is nothing of that type, or these records.
    static Found of(List<Record> answer, List<Record> additional) {
        return answer.isEmpty()
                ? new NoData()
                : new Records(answer, additional, List.of(), /* whole= */ true);
    }
}
