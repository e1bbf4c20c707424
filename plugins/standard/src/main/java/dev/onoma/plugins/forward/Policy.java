package dev.onoma.plugins.forward;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// In which order upstreams are asked.
enum Policy {
    /// A new order for each question.
    RANDOM,
    /// As written, but each question begins one further.
    ROUND_ROBIN,
    /// As written.
    SEQUENTIAL;

    /// The order for one question. Upstreams that have just been silent come last.
    List<Upstream> order(List<Upstream> all, AtomicInteger turn, Ids random, long nowNanos) {
        if (all.size() == 1) {
            return all;
        }
        var order = new ArrayList<>(all);
        switch (this) {
            case RANDOM -> {
                for (int i = order.size() - 1; i > 0; i--) {
                    int other = random.below(i + 1);
                    order.set(i, order.set(other, order.get(i)));
                }
            }
            case ROUND_ROBIN -> {
                int first = Math.floorMod(turn.incrementAndGet(), order.size());
                order.addFirst(order.remove(first));
            }
            case SEQUENTIAL -> {
                // The order is right already.
            }
        }
        order.sort(Comparator.comparing(upstream -> upstream.isSuspect(nowNanos)));
        return order;
    }
}
