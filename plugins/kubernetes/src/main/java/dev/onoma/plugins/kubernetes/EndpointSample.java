package dev.onoma.plugins.kubernetes;

import dev.onoma.api.WireSections;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntUnaryOperator;
import java.util.function.Predicate;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/// Answers for a service with many endpoints: as many as the message holds, beginning with any of
/// them, so that each has the same chance to be the first, and to be in the answer at all.
///
/// Takes time in proportion to the answer and to the number of slices, a hundredth of that of the
/// endpoints; only the question for a zone has to count its endpoints.
final class EndpointSample {
    /// Up to here all endpoints make one answer, which is compiled and kept.
    static final int WHOLE_MAX = 256;

    // Of a record: owner, type, class, TTL and length; then of an SRV record.
    private static final int RECORD_OCTETS = 2 + 10;
    private static final int SERVICE_OCTETS = 6;

    private final ClusterQuestion.Service question;
    private final ServiceState state;
    private final String near;
    private final AnswerRecords records;
    private final boolean podNames;
    private final IntUnaryOperator anyBelow;

    EndpointSample(
            ClusterQuestion.Service question,
            ServiceState state,
            String near,
            AnswerRecords records,
            boolean podNames) {
        this(
                question,
                state,
                near,
                records,
                podNames,
                bound -> ThreadLocalRandom.current().nextInt(bound));
    }

    /// @param near only endpoints of this zone; empty for all
    /// @param anyBelow gives some number from 0 on that is less than the one it gets
    EndpointSample(
            ClusterQuestion.Service question,
            ServiceState state,
            String near,
            AnswerRecords records,
            boolean podNames,
            IntUnaryOperator anyBelow) {
        this.question = question;
        this.state = state;
        this.near = near;
        this.records = records;
        this.podNames = podNames;
        this.anyBelow = anyBelow;
    }

    Finding find(Name owner, int type, Name zone, int octetsMax) {
        var slices = slices(_ -> true);
        if (slices.isEmpty() || !near.isEmpty() && count(slices) == 0) {
            return new Finding.NoName();
        }
        return switch (type) {
            case Type.A -> addresses(type, 4, octetsMax);
            case Type.AAAA -> addresses(type, 16, octetsMax);
            case Type.SRV -> services(slices, owner, zone, octetsMax);
            default -> new Finding.NoData();
        };
    }

    /// The slices with endpoints that have the port asked for.
    private List<EndpointSliceObject> slices(Predicate<Endpoint> first) {
        var slices = new ArrayList<EndpointSliceObject>();
        for (var slice : state.slices()) {
            if (!slice.endpoints().isEmpty()
                    && first.test(slice.endpoints().getFirst())
                    && ports(slice) > 0) {
                slices.add(slice);
            }
        }
        return slices;
    }

    private int ports(EndpointSliceObject slice) {
        int ports = 0;
        for (var port : ServiceAnswers.ports(slice)) {
            ports += ServiceAnswers.matches(question, port) ? 1 : 0;
        }
        return ports;
    }

    private boolean isNear(Endpoint endpoint) {
        return near.isEmpty() || near.equals(endpoint.zone());
    }

    /// Pairs of an endpoint and a port.
    private int count(List<EndpointSliceObject> slices) {
        int count = 0;
        for (var slice : slices) {
            count += ports(slice) * endpoints(slice);
        }
        return count;
    }

    private int endpoints(EndpointSliceObject slice) {
        if (near.isEmpty()) {
            return slice.endpoints().size();
        }
        int count = 0;
        for (var endpoint : slice.endpoints()) {
            count += isNear(endpoint) ? 1 : 0;
        }
        return count;
    }

    /// A slice has addresses of one family.
    private Finding addresses(int type, int size, int octetsMax) {
        // One more than fits, so that whoever encodes the message sees that something is missing.
        int most = Math.min(WireSections.ADDRESSES_MAX, octetsMax / (RECORD_OCTETS + size) + 1);
        var octets = ByteBuffer.allocate(most * size);
        var seen = new HashSet<Address>();
        boolean whole =
                around(
                        slices(first -> AnswerRecords.matches(type, first.address())),
                        (_, endpoint) -> {
                            var address = endpoint.address();
                            if (AnswerRecords.matches(type, address) && seen.add(address)) {
                                if (!octets.hasRemaining()) {
                                    return false;
                                }
                                address.put(octets);
                            }
                            return true;
                        });
        if (octets.position() == 0) {
            return new Finding.NoData();
        }
        var packed = Arrays.copyOf(octets.array(), octets.position());
        return new Finding.Sample(WireSections.ofAddresses(type, records.ttl(), packed), whole);
    }

    private Finding services(
            List<EndpointSliceObject> slices, Name owner, Name zone, int octetsMax) {
        int weight = Math.max(1, ServiceAnswers.WEIGHTS / count(slices));
        var service = AnswerRecords.serviceName(state.name(), zone);
        var answer = new LinkedHashSet<Record>();
        var additional = new LinkedHashSet<Record>();
        var room = new int[] {octetsMax};
        boolean whole =
                around(
                        slices,
                        (slice, endpoint) -> {
                            var target = AnswerRecords.fitting(endpoint.labels(podNames), service);
                            if (target.isEmpty()) {
                                return true;
                            }
                            if (room[0] < 0) {
                                return false;
                            }
                            for (var port : slice.ports()) {
                                if (ServiceAnswers.matches(question, port)) {
                                    answer.add(
                                            records.service(
                                                    owner, weight, port.port(), target.get()));
                                    room[0] -=
                                            RECORD_OCTETS + SERVICE_OCTETS + target.get().length();
                                }
                            }
                            additional.add(records.address(target.get(), endpoint.address()));
                            return true;
                        });
        if (answer.isEmpty()) {
            return new Finding.NoData();
        }
        // Where not even the answer fits there is no room for what comes behind it.
        return new Finding.Sample(
                WireSections.of(
                        owner,
                        List.copyOf(answer),
                        List.of(),
                        whole ? List.copyOf(additional) : List.of()),
                whole);
    }

    /// Takes an endpoint of a slice.
    private interface Taker {
        /// @return false to end
        boolean take(EndpointSliceObject slice, Endpoint endpoint);
    }

    /// Goes over all endpoints once, from any of them on.
    ///
    /// @return whether it met all
    private boolean around(List<EndpointSliceObject> slices, Taker taker) {
        int count = 0;
        for (var slice : slices) {
            count += endpoints(slice);
        }
        if (count == 0) {
            return true;
        }
        int start = anyBelow.applyAsInt(count);
        int first = 0;
        while (start >= endpoints(slices.get(first))) {
            start -= endpoints(slices.get(first++));
        }
        for (int i = 0; i <= slices.size(); i++) {
            int from = i == 0 ? start : 0;
            int to = i == slices.size() ? start : Integer.MAX_VALUE;
            if (!along(slices.get((first + i) % slices.size()), from, to, taker)) {
                return false;
            }
        }
        return true;
    }

    private boolean along(EndpointSliceObject slice, int from, int to, Taker taker) {
        int at = 0;
        for (var endpoint : slice.endpoints()) {
            if (isNear(endpoint)) {
                if (at >= from && at < to && !taker.take(slice, endpoint)) {
                    return false;
                }
                at++;
            }
        }
        return true;
    }
}
