package dev.onoma.zone;

import dev.onoma.api.Ede;
import dev.onoma.api.Failure;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;

/// A zone and the version of it that is served now, if there is one. Any thread reads; whoever owns
/// the zone writes.
public final class ServedZone {
    private final Name apex;
    private volatile @Nullable ZoneAnswers answers;
    private volatile Failure missing;
    private final List<Consumer<Name>> listeners = new CopyOnWriteArrayList<>();

    public ServedZone(Name apex) {
        this.apex = apex;
        missing = new Failure.NotSynced("zone " + apex);
    }

    /// The name of the zone.
    public Name apex() {
        return apex;
    }

    /// The answers of the version served now, or null if there is none.
    public @Nullable ZoneAnswers answers() {
        return answers;
    }

    /// The version served now, or null.
    public @Nullable ZoneData data() {
        var current = answers;
        return current == null ? null : current.zone();
    }

    /// Why there is no version.
    public Failure missing() {
        return missing;
    }

    /// Tells somebody of each version that is served from now on, on the thread of the owner.
    public void listen(Consumer<Name> listener) {
        listeners.add(listener);
    }

    /// Tells somebody no more.
    public void forget(Consumer<Name> listener) {
        listeners.remove(listener);
    }

    /// Serves another version from now on.
    public void serve(ZoneData version) {
        answers = new ZoneAnswers(version);
        listeners.forEach(l -> l.accept(apex));
    }

    /// Serves nothing from now on: the zone is not heard of any more (RFC 1035, section 3.3.13).
    public void expire() {
        missing =
                new Failure.Other(
                        Rcode.SERVFAIL, Ede.INVALID_DATA, "zone %s is expired".formatted(apex));
        answers = null;
    }
}
