package dev.onoma.plugins.kubernetes;

import dev.onoma.api.NameKey;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.xbill.DNS.Name;

/// How long the answer of another plugin holds for a name that fell through: until the cluster has
/// the name.
///
/// Looks into the store only when something has changed since it looked last. Any thread.
final class StillUnknown implements BooleanSupplier {
    private final LongSupplier generations;
    private final ClusterAnswers answers;
    private final NameKey name;
    private final int type;
    private final Name zone;
    private volatile long generation;

    /// @param generations of what is known
    /// @param generation at which the name was not known
    StillUnknown(
            LongSupplier generations,
            ClusterAnswers answers,
            NameKey name,
            int type,
            Name zone,
            long generation) {
        this.generations = generations;
        this.answers = answers;
        this.name = name;
        this.type = type;
        this.zone = zone;
        this.generation = generation;
    }

    @Override
    public boolean getAsBoolean() {
        long now = generations.getAsLong();
        if (now == generation) {
            return true;
        }
        if (answers.find(name, name.name(), type, zone) instanceof Finding.NoName) {
            generation = now;
            return true;
        }
        return false;
    }
}
