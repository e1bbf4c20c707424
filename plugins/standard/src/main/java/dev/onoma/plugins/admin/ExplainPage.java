package dev.onoma.plugins.admin;

import dev.onoma.api.Addresses;
import dev.onoma.api.Explanation;
import dev.onoma.api.HttpPage;
import dev.onoma.api.Names;
import dev.onoma.api.ServerControl;
import dev.onoma.api.Transport;
import java.net.InetAddress;
import java.util.Locale;
import java.util.function.Supplier;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.ReverseMap;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// `/explain?name=NAME`: why a query gets the answer it gets, one line for each plugin.
final class ExplainPage implements HttpPage {
    static final String PATH = "/explain";
    static final String HELP =
            "?name=NAME[&type=TYPE][&client=ADDRESS][&transport=tcp][&dnssec=1][&listener=dns://:53]"
                    + " tells why a query gets its answer";

    private final Supplier<ServerControl> server;

    /// @param server asked for when a page is
    ExplainPage(Supplier<ServerControl> server) {
        this.server = server;
    }

    @Override
    public Answer get(Request request) {
        try {
            var wanted = read(request);
            return Answer.text(200, text(wanted, server.get().explain(wanted)));
        } catch (IllegalArgumentException e) {
            return Answer.text(400, e.getMessage() + "\n");
        }
    }

    /// @throws IllegalArgumentException with a sentence for the operator
    static Explanation.Request read(Request request) {
        var name = request.parameter("name");
        if (name.isEmpty()) {
            throw new IllegalArgumentException("which name? ?name=NAME says it");
        }
        var type = request.parameter("type");
        var address = Addresses.parse(name);
        boolean reverse = address.isPresent() && type.isEmpty();
        return new Explanation.Request(
                reverse ? ReverseMap.fromAddress(address.get()) : name(name),
                reverse ? Type.PTR : type(type.isEmpty() ? "A" : type),
                client(request.parameter("client")),
                transport(request.parameter("transport")),
                !request.parameter("dnssec").isEmpty(),
                request.parameter("listener"));
    }

    private static Name name(String text) {
        try {
            return Names.of(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("NAME is a domain name, not \"" + text + "\"", e);
        }
    }

    private static int type(String text) {
        int type = Type.value(text.toUpperCase(Locale.ROOT), true);
        if (type < 1) {
            throw new IllegalArgumentException("TYPE is a type such as AAAA, not \"" + text + "\"");
        }
        return type;
    }

    private static InetAddress client(String text) {
        return text.isEmpty()
                ? InetAddress.getLoopbackAddress()
                : Addresses.parse(text)
                        .orElseThrow(() ->
                                new IllegalArgumentException(
                                        "client is an IP address, not \"" + text + "\""));
    }

    private static Transport transport(String text) {
        return switch (text) {
            case "", "udp" -> Transport.UDP;
            case "tcp" -> Transport.TCP;
            default ->
                    throw new IllegalArgumentException(
                            "transport is udp or tcp, not \"" + text + "\"");
        };
    }

    private static String text(Explanation.Request request, Explanation explanation) {
        var text = new StringBuilder(1024);
        text.append(
                "%s %s, asked by %s over %s at %s%n"
                        .formatted(
                                request.name(),
                                Type.string(request.type()),
                                Addresses.text(request.client()),
                                request.transport().name().toLowerCase(Locale.ROOT),
                                explanation.listener()));
        if (!explanation.zone().isEmpty()) {
            var view = explanation.view().isEmpty() ? "" : ", view " + explanation.view();
            text.append("server block: ").append(explanation.zone()).append(view).append('\n');
        }
        text.append('\n');
        explanation.steps().forEach(step -> step(text, step));
        text.append("%n%s, after %s%n".formatted(explanation.outcome(), time(explanation.nanos())));
        var response = explanation.response();
        if (response != null) {
            text.append("flags: ").append(response.getHeader().printFlags().strip()).append('\n');
            records(text, response);
        }
        return text.toString();
    }

    private static void step(StringBuilder text, Explanation.Step step) {
        var indent = "    ".repeat(step.depth());
        var plugin = indent + step.plugin();
        text.append("%-14s %9s  %s%n".formatted(plugin, time(step.nanos()), step.decision()));
        for (var note : step.notes()) {
            text.append(" ".repeat(26)).append(indent).append("- ").append(note).append('\n');
        }
    }

    private static String time(long nanos) {
        if (nanos < 10_000_000) {
            return nanos / 1000 + " us";
        }
        return nanos / 1_000_000 + " ms";
    }

    private static void records(StringBuilder text, Message response) {
        for (int section = Section.ANSWER; section <= Section.ADDITIONAL; section++) {
            var records = response.getSection(section);
            if (!records.isEmpty()) {
                text.append("\n;; ").append(Section.longString(section)).append('\n');
                for (var r : records) {
                    text.append(line(r)).append('\n');
                }
            }
        }
    }

    private static String line(Record one) {
        return one.getType() == Type.OPT ? "; " + one : one.toString();
    }
}
