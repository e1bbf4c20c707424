package dev.onoma.plugins.sign;

import dev.onoma.zone.SigningKey;
import dev.onoma.zone.SigningPlan;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DNSKEYRecord;

/// What each key does from now on.
///
/// @param warnings what is not as the operator may think, and does no harm
/// @param obstacles why the zone cannot be signed so that everybody can validate it
/// @param next when the next key begins or ends something, as far as can be known; or null
record KeyPlan(
        List<KeyUse> uses, List<String> warnings, List<String> obstacles, @Nullable Instant next) {
    SigningPlan signing() {
        return new SigningPlan(
                records(KeyUse::published),
                keys(KeyUse::signsKeys),
                keys(KeyUse::signsZone),
                records(KeyUse::requested));
    }

    private List<DNSKEYRecord> records(Predicate<KeyUse> which) {
        return uses.stream().filter(which).map(use -> use.past().record()).toList();
    }

    private List<SigningKey> keys(Predicate<KeyUse> which) {
        return uses.stream().filter(which).map(KeyUse::key).filter(Objects::nonNull).toList();
    }

    /// What is different from what the zone served was signed with; empty if nothing is.
    String changes() {
        return uses.stream()
                .filter(use -> !use.changes().isEmpty())
                .map(use -> "key " + use.name() + " " + String.join(", ", use.changes()))
                .collect(Collectors.joining("; "));
    }

    /// The tags of the keys that sign, as the log has them.
    String tags() {
        return uses.stream()
                .filter(use -> use.signsKeys() || use.signsZone())
                .map(use -> String.valueOf(use.past().record().getFootprint()))
                .collect(Collectors.joining(","));
    }
}
