package dev.onoma.plugins.log;

import dev.onoma.api.Addresses;
import dev.onoma.api.Ede;
import dev.onoma.api.Log;
import dev.onoma.api.Outcome;
import dev.onoma.api.Query;
import dev.onoma.format.QueryFormat;
import dev.onoma.format.SettledQuery;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Type;

/// What a line tells of a query as values of their own, whatever its format is: for logs of JSON.
final class LogFields {
    private static final int FIELDS_MAX = 28;
    private static final int NANOS_DIGITS = 9;

    private final List<Log.Field> fields = new ArrayList<>(FIELDS_MAX);

    private LogFields() {}

    /// @param kind of the response
    static List<Log.Field> of(SettledQuery entry, ResponseKind kind) {
        var made = new LogFields();
        made.asked(entry.query());
        made.answered(entry, kind);
        return made.fields;
    }

    private void add(String name, @Nullable Object value) {
        fields.add(new Log.Field(name, value));
    }

    private void asked(Query query) {
        add("client_ip", Addresses.text(query.client().getAddress()));
        add("client_port", query.client().getPort());
        add("local_ip", Addresses.text(query.local().getAddress()));
        add("transport", query.transport().scheme());
        add("protocol", query.transport().label());
        add("id", query.id());
        add("opcode", query.wire()[2] >> 3 & 15);
        add("qname", QueryFormat.lowerCase(query));
        add("qtype", Type.string(query.type()));
        add("qclass", DClass.string(query.dclass()));
        add("do", query.dnssecOk());
        add("bufsize", QueryFormat.size(query));
        add("request_size", query.sizeOctets());
    }

    private void answered(SettledQuery entry, ResponseKind kind) {
        var query = entry.query();
        add("rcode", entry.isSilent() ? null : entry.rcode());
        var flags = new StringBuilder();
        entry.responseFlags(flags);
        add("rflags", entry.isSilent() ? null : flags.toString());
        add("response_size", entry.responseOctets());
        add("class", kind.logClass().label());
        add("duration_seconds", BigDecimal.valueOf(entry.nanos(), NANOS_DIGITS));
        add("server", query.server());
        add("zone", query.zone());
        if (!query.view().isEmpty()) {
            add("view", query.view());
        }
        add("answered_by", query.answeredBy());
        reason(entry.settled());
        var known = metadata(query);
        if (!known.isEmpty()) {
            add("metadata", known);
        }
    }

    private void reason(Outcome settled) {
        switch (settled) {
            case Outcome.Reply(var response) -> {
                if (response.ede() != Ede.NONE) {
                    extended(response.ede(), response.edeText());
                }
            }
            case Outcome.Failed(var failure) -> {
                add("error", failure.explain());
                if (failure.ede() != Ede.NONE) {
                    extended(failure.ede(), failure.edeText());
                }
            }
            case Outcome.Dropped(var reason) -> add("error", "dropped: " + reason);
            case Outcome.Later _ -> throw new IllegalArgumentException("not settled yet");
        }
    }

    private void extended(int code, String text) {
        add("ede", code);
        if (!text.isEmpty()) {
            add("ede_text", text);
        }
    }

    private static Map<String, String> metadata(Query query) {
        var labels = query.metadataLabels();
        if (labels.isEmpty()) {
            return Map.of();
        }
        var known = new TreeMap<String, String>();
        for (var label : labels) {
            query.metadata(label).ifPresent(value -> known.put(label, value));
        }
        return known;
    }
}
