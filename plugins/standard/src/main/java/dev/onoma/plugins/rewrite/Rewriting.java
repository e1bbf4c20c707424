package dev.onoma.plugins.rewrite;

import dev.onoma.api.NameKey;
import dev.onoma.api.Query;
import dev.onoma.api.Response;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;

/// A question that rules have begun to change, and what is to be done with its answer. Lives as
/// long as the query.
final class Rewriting {
    private final Query original;
    private NameKey key;
    private @Nullable Name name;
    private int type;
    private int dclass;
    private int renames;
    private @Nullable List<Response.Option> options;
    private final List<ResponseRule> responses = new ArrayList<>(2);

    Rewriting(Query original) {
        this.original = original;
        key = original.key();
        type = original.type();
        dclass = original.dclass();
    }

    Query original() {
        return original;
    }

    NameKey key() {
        return key;
    }

    Name name() {
        var changed = name;
        return changed == null ? original.name() : changed;
    }

    int type() {
        return type;
    }

    int dclass() {
        return dclass;
    }

    /// @param itsKey the key of the same name
    void name(Name to, NameKey itsKey) {
        name = to;
        key = itsKey;
        renames++;
    }

    void type(int to) {
        type = to;
    }

    void dclass(int to) {
        dclass = to;
    }

    /// The options as they are so far.
    List<Response.Option> options() {
        var changed = options;
        return changed == null ? original.options() : changed;
    }

    void options(List<Response.Option> to) {
        options = to;
    }

    /// Leaves something to be done with the answer; what comes later is done earlier.
    void onResponse(ResponseRule rule) {
        responses.add(rule);
    }

    List<ResponseRule> responses() {
        return responses;
    }

    /// Whether the answer needs no other change of names than back to the one that was asked for.
    boolean isTurnedBack() {
        int turns = 0;
        for (int i = 0; i < responses.size(); i++) {
            var rule = responses.get(i);
            if (rule instanceof NameChange.OfRecords) {
                return false;
            }
            turns += rule instanceof NameChange.TurnBack ? 1 : 0;
        }
        return turns == renames;
    }

    /// The query for the rest of the chain; the original if its question is still the same.
    Query query() {
        var wanted = options;
        if (wanted != null) {
            return original.asking(name(), type, dclass, wanted);
        }
        boolean same = name == null && type == original.type() && dclass == original.dclass();
        return same ? original : original.asking(name(), type, dclass);
    }
}
