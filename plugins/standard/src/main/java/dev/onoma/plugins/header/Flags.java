package dev.onoma.plugins.header;

import dev.onoma.api.Arguments;
import dev.onoma.api.Directive;
import dev.onoma.api.Query;
import dev.onoma.api.Response;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What the rules of one selector come to: each flag true, false, or left alone (null).
///
/// @param aa AA (RFC 1035, section 4.1.1)
/// @param ra RA
/// @param rd RD
record Flags(@Nullable Boolean aa, @Nullable Boolean ra, @Nullable Boolean rd) {
    static final Flags UNTOUCHED = new Flags(null, null, null);

    private static final String USAGE = "set|clear FLAG...";

    /// These flags after one more rule: `query|response set|clear FLAG...`, in any case.
    Flags and(Directive rule) {
        var arguments = rule.arguments(USAGE);
        boolean state = isSet(arguments);
        var changed = with(arguments, state);
        while (arguments.hasNext()) {
            changed = changed.with(arguments, state);
        }
        return changed;
    }

    private static boolean isSet(Arguments arguments) {
        var action = arguments.text("flag action (set or clear)");
        return switch (action.toLowerCase(Locale.ROOT)) {
            case "set" -> true;
            case "clear" -> false;
            default ->
                    throw arguments.wrong(
                            "unknown flag action \"%s\", should be set or clear".formatted(action));
        };
    }

    private Flags with(Arguments arguments, boolean state) {
        var flag = arguments.text("FLAG");
        return switch (flag.toLowerCase(Locale.ROOT)) {
            case "aa" -> new Flags(state, ra, rd);
            case "ra" -> new Flags(aa, state, rd);
            case "rd" -> new Flags(aa, ra, state);
            default ->
                    throw arguments.wrong(
                            "unknown/unsupported flag \"%s\"; it is one of aa, ra, rd"
                                    .formatted(flag));
        };
    }

    /// AA and RA mean nothing in a query, and no plugin reads them there.
    void apply(Query query) {
        var desired = rd;
        if (desired != null) {
            query.recursionDesired(desired);
        }
    }

    Response apply(Response response) {
        var authoritative = aa;
        if (authoritative != null) {
            response.authoritative(authoritative);
        }
        var available = ra;
        if (available != null) {
            response.recursionAvailable(available);
        }
        apply(response.query());
        return response;
    }
}
