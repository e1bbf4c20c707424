package dev.onoma.server.doctor;

import dev.onoma.api.Addresses;
import dev.onoma.api.Checkup;
import dev.onoma.api.Examination.Expected;
import dev.onoma.api.Names;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// Compares what a server answers, over UDP and over TCP, with what it should.
final class Records {
    private static final String STEP = "records";
    private static final int SHOWN_MAX = 4;
    private static final Name REVERSE = Names.of("arpa.");

    private final Probe probe;
    private final InetSocketAddress server;
    private final Checkup checkup;
    private boolean advised;

    Records(Probe probe, InetSocketAddress server, Checkup checkup) {
        this.probe = probe;
        this.server = server;
        this.checkup = checkup;
    }

    /// Whether a name stands for an address.
    static boolean isReverse(Name name) {
        return name.subdomain(REVERSE);
    }

    /// Says what is answered where nobody knows what should be.
    void show(Name name) {
        for (int type : isReverse(name) ? new int[] {Type.PTR} : new int[] {Type.A, Type.AAAA}) {
            var answer = probe.ask(server, name, type, false);
            checkup.unknown(STEP, "%s %s: %s".formatted(name, Type.string(type), text(answer)), "");
        }
    }

    void check(List<Expected> expected) {
        boolean aliasChecked = false;
        for (var one : expected) {
            var udp = probe.ask(server, one.name(), one.type(), false);
            var tcp = probe.ask(server, one.name(), one.type(), true);
            if (one.alias() == null) {
                compare(one, udp, tcp);
            } else if (!aliasChecked) {
                aliasChecked = true;
                alias(one, one.alias(), udp, tcp);
            }
        }
    }

    private void compare(Expected expected, Probe.Answer udp, Probe.Answer tcp) {
        var title = expected.name() + " " + Type.string(expected.type());
        var wrong = new ArrayList<String>();
        // What was cut comes whole over TCP.
        boolean cut = udp.message() != null && udp.message().getHeader().getFlag(Flags.TC);
        if (!cut && !isAs(expected, udp)) {
            wrong.add("over UDP " + text(udp));
        }
        if (!isAs(expected, tcp)) {
            wrong.add("over TCP " + text(tcp));
        }
        if (wrong.isEmpty()) {
            var how = cut ? " over TCP; cut over UDP, as it is large" : " over UDP and TCP";
            checkup.ok(STEP, title + ": " + text(expected) + how);
            return;
        }
        checkup.wrong(
                STEP,
                "%s: %s, where the cluster says %s"
                        .formatted(title, String.join(", ", wrong), text(expected)),
                advised
                        ? ""
                        : "see that the server reads the same cluster with the same Corefile; what a cache keeps"
                                + " is right after its TTL; onoma explain %s tells who answers"
                                        .formatted(title));
        advised = true; // of one name one type is enough to find out
    }

    private static boolean isAs(Expected expected, Probe.Answer answer) {
        var message = answer.message();
        if (message == null || message.getRcode() != expected.rcode()) {
            return false;
        }
        var here = data(message.getSection(Section.ANSWER), expected.type());
        var wanted = data(expected.answer(), expected.type());
        // Of thousands of endpoints a message holds some.
        boolean some = message.getHeader().getFlag(Flags.TC) && !here.isEmpty();
        return some ? wanted.containsAll(here) : here.equals(wanted);
    }

    // In one order, without TTLs and owners, whose letters may be the client's.
    private static Set<String> data(List<Record> records, int type) {
        var data = new TreeSet<String>();
        for (var r : records) {
            if (r.getType() == type) {
                data.add(text(r));
            }
        }
        return data;
    }

    private static String text(Record r) {
        return switch (r) {
            case CNAMERecord alias -> "CNAME " + alias.getTarget();
            case AAAARecord address -> Addresses.text(address.getAddress());
            default -> r.rdataToString();
        };
    }

    private static String text(Expected expected) {
        return text(expected.rcode(), data(expected.answer(), expected.type()));
    }

    private static String text(Probe.Answer answer) {
        var message = answer.message();
        if (message == null) {
            return answer.trouble();
        }
        var data = new TreeSet<String>();
        for (var r : message.getSection(Section.ANSWER)) {
            data.add(text(r));
        }
        var why = answer.edeText().isEmpty() ? "" : " (" + answer.edeText() + ")";
        return text(message.getRcode(), data) + why;
    }

    private static String text(int rcode, Set<String> data) {
        if (data.isEmpty()) {
            return rcode == Rcode.NOERROR ? "no records" : Rcode.string(rcode);
        }
        var shown = String.join(", ", data.stream().limit(SHOWN_MAX).toList());
        return data.size() > SHOWN_MAX
                ? "%s and %d more".formatted(shown, data.size() - SHOWN_MAX)
                : shown;
    }

    /// A name that stands for one outside: it is worth as much as that one.
    private void alias(Expected expected, Name target, Probe.Answer udp, Probe.Answer tcp) {
        var title = expected.name() + " " + Type.string(expected.type());
        var message = udp.message();
        if (message == null || tcp.message() == null) {
            checkup.wrong(
                    STEP,
                    "%s: over UDP %s, over TCP %s".formatted(title, text(udp), text(tcp)),
                    "see that " + Addresses.text(server) + " is reached over UDP and TCP");
            return;
        }
        boolean hasAlias = false;
        boolean hasAddress = false;
        for (var r : message.getSection(Section.ANSWER)) {
            hasAlias |= r instanceof CNAMERecord c && c.getTarget().equals(target);
            hasAddress |= r.getType() == Type.A || r.getType() == Type.AAAA;
        }
        var others = probe.ask(server, expected.name(), Type.AAAA, false).message();
        hasAddress |= others != null && has(others, Type.AAAA);
        if (hasAlias && hasAddress) {
            checkup.ok(STEP, title + ": " + text(udp) + " over UDP and TCP");
            return;
        }
        target(title, target, udp);
    }

    private static boolean has(Message message, int type) {
        return message.getSection(Section.ANSWER).stream().anyMatch(r -> r.getType() == type);
    }

    private void target(String title, Name target, Probe.Answer answer) {
        var direct = probe.ask(server, target, Type.A, false);
        var message = direct.message();
        var state = message == null ? -1 : message.getRcode();
        checkup.wrong(
                STEP,
                "%s: %s; its target %s: %s".formatted(title, text(answer), target, text(direct)),
                advice(target, state, direct.message()));
    }

    private static String advice(Name target, int rcode, @Nullable Message message) {
        return switch (rcode) {
            case Rcode.NXDOMAIN ->
                    "%s does not exist: correct the externalName of the Service".formatted(target);
            case Rcode.NOERROR ->
                    message != null && has(message, Type.A)
                            ? "the target has addresses now: ask again"
                            : "%s has no addresses: correct the externalName, or see to its zone"
                                    .formatted(target);
            case Rcode.REFUSED ->
                    "the server does not ask others for %s: a block that holds the name needs forward"
                            .formatted(target);
            default ->
                    "the server cannot find %s out: see forward in the Corefile, and its upstreams"
                            .formatted(target);
        };
    }
}
