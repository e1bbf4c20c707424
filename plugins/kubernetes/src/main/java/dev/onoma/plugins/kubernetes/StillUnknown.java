package dev.onoma.plugins.kubernetes;

import dev.onoma.api.NameKey;
import java.util.function.BooleanSupplier;
import org.xbill.DNS.Name;

/// How long the answer of another plugin holds for a name that fell through: until the cluster has
/// the name.
///
/// Looks into the store only when something has changed since it looked last. Any thread.
final class StillUnknown implements BooleanSupplier {
    private final ServiceStore store;
    private final ClusterAnswers answers;
    private final NameKey name;
    private final int type;
    private final Name zone;
    private volatile long generation;

    /// @param generation at which the name was not known
    StillUnknown(
            ServiceStore store,
            ClusterAnswers answers,
            NameKey name,
            int type,
            Name zone,
            long generation) {
        this.store = store;
        this.answers = answers;
        this.name = name;
        this.type = type;
        this.zone = zone;
        this.generation = generation;
    }

    @Override
    public boolean getAsBoolean() {
        long now = store.generation();
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
