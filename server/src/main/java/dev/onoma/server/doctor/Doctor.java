package dev.onoma.server.doctor;

import dev.onoma.api.Addresses;
import dev.onoma.api.Checkup;
import dev.onoma.api.Ede;
import dev.onoma.api.Examination;
import dev.onoma.api.Spelling;
import dev.onoma.server.AdminClient;
import dev.onoma.server.Onoma;
import dev.onoma.server.corefile.Block;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/// Goes the way of a name, from the client's resolver to what is behind a service, and looks at
/// each step. What is wrong at one step does not end the way: later steps often tell why.
final class Doctor {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();
    private static final int DNS_PORT = 53;
    private static final String ONE_WAY =
            "clients need both: see that the Service has the port for UDP and for TCP, and that no"
                    + " firewall or NetworkPolicy stops one of them";

    private final String subject;
    private final Checkup checkup;
    private final Probe probe;
    private final Optional<InetSocketAddress> asked;
    private final String admin;
    private List<String> log = List.of();
    private String clientFile = "";
    private ResolvConf client = ResolvConf.NONE;
    private boolean clientGiven;
    private @Nullable Name name;
    private Name zone = Name.root;

    /// A block whose names can be examined.
    private record Case(Block block, Examination examination) {}

    /// @param asked the server, if the operator named it
    /// @param admin where its pages are
    Doctor(
            String subject,
            Checkup checkup,
            Probe probe,
            Optional<InetSocketAddress> asked,
            String admin) {
        this.subject = subject;
        this.checkup = checkup;
        this.probe = probe;
        this.asked = asked;
        this.admin = admin;
    }

    /// What the operator has of the server's log.
    void log(List<String> lines) {
        log = lines;
    }

    /// The client's side.
    ///
    /// @param given whether the operator says that this is what clients have
    void client(String file, ResolvConf conf, boolean given) {
        clientFile = file;
        client = conf;
        clientGiven = given;
    }

    /// The whole name of the subject, once it is known.
    @Nullable Name name() {
        return name;
    }

    /// Goes all the way.
    void look(Onoma.Examined examined) {
        examined.warnings().forEach(w -> checkup.warn("Corefile", w.toString(), ""));
        var chosen = choose(examined);
        if (chosen == null) {
            return;
        }
        var examination = chosen.examination();
        zone = examination.zones().getFirst();
        var places = asked.isPresent() ? List.<Examination.Place>of() : examination.servers();
        resolvConf(examination, places);
        var server = server(chosen.block(), places);
        boolean readable = examination.source(checkup);
        if (server != null) {
            synced(server, examination);
        }
        var expected =
                readable && name != null
                        ? examination.subject(name, checkup)
                        : List.<Examination.Expected>of();
        if (server != null && name != null) {
            var records = new Records(probe, server, checkup);
            if (expected.isEmpty()) {
                records.show(name);
            } else {
                records.check(expected);
            }
        }
        troubles(examination);
    }

    private @Nullable Case choose(Onoma.Examined examined) {
        var cases = new ArrayList<Case>();
        examined.examinations().forEach((block, e) -> cases.add(new Case(block, e)));
        if (cases.isEmpty()) {
            checkup.wrong(
                    "Corefile",
                    "no server block has the plugin kubernetes, so no name of a cluster is answered",
                    "add \"kubernetes cluster.local in-addr.arpa ip6.arpa\" to the block of the zone");
            return null;
        }
        Case chosen = null;
        for (var one : cases) {
            var whole = one.examination().name(subject, client.search());
            if (whole.isPresent() && (name == null || chosen == null)) {
                name = whole.get();
                chosen = one;
            }
        }
        if (chosen == null || name == null) {
            notServed(cases);
            return chosen == null ? cases.getFirst() : chosen;
        }
        var answering = answering(examined, name);
        if (answering != null && answering != chosen.block()) {
            checkup.wrong(
                    "Corefile",
                    "%s is answered by the block of %s, whose zone is longer and which has no kubernetes"
                            .formatted(name, keys(answering)),
                    "add kubernetes there, or take that zone away");
        } else {
            checkup.ok(
                    "Corefile",
                    "%s is answered by kubernetes in the block of %s"
                            .formatted(name, keys(chosen.block())));
        }
        return chosen;
    }

    private static String keys(Block block) {
        return block.keys().stream().map(Object::toString).collect(Collectors.joining(" "));
    }

    private void notServed(List<Case> cases) {
        var zones =
                cases.stream()
                        .flatMap(c -> c.examination().zones().stream())
                        .map(Name::toString)
                        .distinct()
                        .toList();
        var suffixes = new ArrayList<String>();
        int dot = subject.indexOf(".svc.");
        if (dot >= 0) {
            suffixes.add(subject.substring(dot + 5).replaceFirst("\\.?$", "."));
        }
        var near = suffixes.stream().flatMap(s -> Spelling.nearest(s, zones).stream()).findFirst();
        checkup.wrong(
                "Corefile",
                "%s is in no zone of kubernetes, which has %s"
                        .formatted(subject, String.join(" ", zones)),
                near.map(z -> "did you mean the zone %s?".formatted(z))
                        .orElse("ask in one of them, or add the zone to the directive kubernetes"));
    }

    /// The block with the longest zone.
    private static @Nullable Block answering(Onoma.Examined examined, Name name) {
        record Candidate(Block block, Name zone) {}
        return examined.corefile().blocks().stream()
                .flatMap(b -> b.keys().stream().map(k -> new Candidate(b, k.zone())))
                .filter(c -> name.subdomain(c.zone()))
                .max(Comparator.comparingInt(c -> c.zone().labels()))
                .map(Candidate::block)
                .orElse(null);
    }

    private void resolvConf(Examination examination, List<Examination.Place> places) {
        if (clientFile.isEmpty()) {
            checkup.unknown(
                    "resolv.conf", "there is none here", "name that of a client with -resolv-conf");
            return;
        }
        var servers = client.servers().stream().map(Addresses::text).toList();
        var text =
                "%s: nameserver %s, search %s, ndots:%d"
                        .formatted(
                                clientFile,
                                servers.isEmpty() ? "(none)" : String.join(" ", servers),
                                client.search().isEmpty()
                                        ? "(none)"
                                        : client.search().stream()
                                                .map(n -> n.toString(true))
                                                .collect(Collectors.joining(" ")),
                                client.ndots());
        boolean asksUs =
                places.stream().anyMatch(p -> client.servers().contains(p.address().getAddress()))
                        || asked.filter(a -> client.servers().contains(a.getAddress())).isPresent();
        boolean known = asked.isPresent() || !places.isEmpty();
        if (!asksUs && known && !clientGiven) {
            checkup.warn(
                    "resolv.conf",
                    text
                            + "\nthis is not of a client of the cluster's DNS: of a node, or of a pod with dnsPolicy Default, as servers have",
                    "to look as a client does: kubectl exec POD -- cat /etc/resolv.conf > FILE, and -resolv-conf FILE");
            return;
        }
        if (!asksUs && known) {
            var reached =
                    places.isEmpty()
                            ? asked.map(Addresses::text).orElse("")
                            : Addresses.text(places.getFirst().address().getAddress());
            checkup.wrong(
                    "resolv.conf",
                    text + "\nits nameserver is not " + reached,
                    "set the clusterDNS of kubelet to "
                            + reached
                            + ", or dnsPolicy: ClusterFirst in the pod, and make the pod anew");
            return;
        }
        search(examination, text, clientGiven || asksUs);
    }

    private void search(Examination examination, String text, boolean isClients) {
        var whole = name;
        if (whole == null || subject.contains("/") || Records.isReverse(whole)) {
            checkup.ok("resolv.conf", text);
            return;
        }
        var tries = client.tries(subject);
        int place = tries.indexOf(whole);
        if (place >= 0) {
            var others =
                    place == 0
                            ? ""
                            : "\n%s is tried as number %d of %d"
                                    .formatted(whole, place + 1, tries.size());
            checkup.ok("resolv.conf", text + others);
            return;
        }
        var zones = examination.zones().stream().map(n -> n.toString(true)).toList();
        var advice =
                "use the whole name, or have the search list \"NAMESPACE.svc.%1$s svc.%1$s %1$s\": dnsPolicy: ClusterFirst in the pod, clusterDomain %1$s of kubelet"
                        .formatted(zones.getFirst());
        var problem =
                "%s%n\"%s\" is tried as %s, and never as %s"
                        .formatted(
                                text,
                                subject,
                                tries.stream()
                                        .map(Name::toString)
                                        .collect(Collectors.joining(", ")),
                                whole);
        if (isClients) {
            checkup.wrong("resolv.conf", problem, advice);
        } else {
            checkup.warn("resolv.conf", problem, advice);
        }
    }

    /// Finds somebody who answers.
    private @Nullable InetSocketAddress server(Block block, List<Examination.Place> places) {
        if (asked.isPresent()) {
            return isAnswering(
                            "server",
                            asked.get(),
                            "see that the server runs, and on that address and port")
                    ? asked.get()
                    : null;
        }
        for (var place : places) {
            var title = place.title();
            if (isAnswering(title, place.address(), way(block, place))) {
                return place.address();
            }
        }
        if (places.isEmpty() && clientGiven && !client.servers().isEmpty()) {
            var first = new InetSocketAddress(client.servers().getFirst(), DNS_PORT);
            return isAnswering("nameserver", first, "see that the server runs there")
                    ? first
                    : null;
        }
        var here = here(block);
        if (here.isEmpty()) {
            return null;
        }
        if (!places.isEmpty()) {
            return answers(here.get()) ? here.get() : null;
        }
        return isAnswering(
                        "this machine",
                        here.get(),
                        "start the server, or name where it is with -server")
                ? here.get()
                : null;
    }

    /// What is broken when a Service does not answer: the servers, or the way to them.
    private String way(Block block, Examination.Place place) {
        var answering =
                place.backends().stream().filter(this::answers).map(Addresses::text).toList();
        if (place.backends().isEmpty()) {
            return "no server behind the Service is ready: kubectl -n kube-system get pods -l k8s-app=kube-dns";
        }
        if (!answering.isEmpty()) {
            return "the servers behind it answer (%s), so it is the way to them: kube-proxy, the network plugin, a NetworkPolicy"
                    .formatted(String.join(", ", answering));
        }
        boolean local = here(block).filter(this::answers).isPresent();
        return local
                ? "the server on this machine answers, so it is the way to it: kube-proxy, the network plugin, a NetworkPolicy"
                : "no server behind it answers either: kubectl -n kube-system get pods -l k8s-app=kube-dns, and their logs";
    }

    private static Optional<InetSocketAddress> here(Block block) {
        return block.keys().stream()
                .filter(k -> k.scheme().equals("dns"))
                .map(k -> new InetSocketAddress(HERE, k.port()))
                .findFirst();
    }

    /// Whether somebody answers there, and to this client.
    private boolean answers(InetSocketAddress server) {
        var message = probe.ask(server, subjectOrZone(), Type.SOA, false).message();
        return message != null && message.getRcode() != Rcode.REFUSED;
    }

    /// A name that the server must have an answer for.
    private Name subjectOrZone() {
        var whole = name;
        return whole == null ? zone : whole;
    }

    private boolean isAnswering(String title, InetSocketAddress server, String advice) {
        var text = "%s, %s".formatted(title, Addresses.text(server));
        var udp = probe.ask(server, subjectOrZone(), Type.A, false);
        var tcp = probe.ask(server, subjectOrZone(), Type.A, true);
        if (udp.came() && tcp.came()) {
            var message = java.util.Objects.requireNonNull(udp.message());
            if (message.getRcode() == Rcode.REFUSED) {
                checkup.wrong(
                        "server",
                        text + ": answers REFUSED" + because(udp),
                        "no server block there has the zone, or acl keeps this client out; is it the server of this Corefile?");
                return false;
            }
            checkup.ok(
                    "server",
                    "%s: answers over UDP in %.1f ms, over TCP in %.1f ms"
                            .formatted(text, udp.micros() / 1000.0, tcp.micros() / 1000.0));
            return true;
        }
        checkup.wrong(
                "server",
                "%s: over UDP %s, over TCP %s"
                        .formatted(
                                text,
                                udp.came() ? "it answers" : udp.trouble(),
                                tcp.came() ? "it answers" : tcp.trouble()),
                udp.came() == tcp.came() ? advice : ONE_WAY);
        return udp.came();
    }

    private static String because(Probe.Answer answer) {
        return answer.edeText().isEmpty() ? "" : " (" + answer.edeText() + ")";
    }

    private void synced(InetSocketAddress server, Examination examination) {
        var absent = examination.absent();
        if (absent.isEmpty()) {
            checkup.unknown(
                    "synced",
                    "names that do not exist fall through, so this cannot be seen from outside",
                    "the page of the plugin ready tells");
            return;
        }
        var answer = probe.ask(server, absent.get(), Type.A, false);
        var message = answer.message();
        int rcode = message == null ? -1 : message.getRcode();
        switch (rcode) {
            case Rcode.NXDOMAIN -> checkup.ok("synced", "the server has read the cluster");
            case Rcode.SERVFAIL ->
                    checkup.wrong(
                            "synced",
                            (answer.ede() == Ede.NOT_READY
                                            ? "the server has not read the cluster yet"
                                            : "the server fails for a name that does not exist")
                                    + because(answer),
                            "see the log of the server for why it cannot read its source, and the account it has there");
            case Rcode.REFUSED -> {
                // Said already.
            }
            case Rcode.NOERROR ->
                    checkup.warn(
                            "synced",
                            absent.get()
                                    + " exists, so somebody else than kubernetes answers for the zone",
                            "onoma explain %s tells who".formatted(absent.get()));
            default ->
                    checkup.unknown(
                            "synced", message == null ? answer.trouble() : Rcode.string(rcode), "");
        }
    }

    private void troubles(Examination examination) {
        var lines = log;
        var from = "the log";
        if (lines.isEmpty()) {
            lines = ofAdmin();
            from = "the log, as admin on " + admin + " has it";
        }
        if (lines.isEmpty()) {
            lines = examination.log();
            from = "the logs of the servers' pods";
        }
        if (lines.isEmpty()) {
            checkup.unknown(
                    "log",
                    "no log can be seen from here",
                    "kubectl -n kube-system logs -l k8s-app=kube-dns --tail=200 | onoma doctor -log - "
                            + subject);
            return;
        }
        var troubles = Troubles.of(lines);
        if (troubles.isEmpty()) {
            checkup.ok("log", "no warnings and no errors in " + from);
        } else {
            checkup.warn("log", from + " has:\n" + String.join("\n", troubles), "");
        }
    }

    private List<String> ofAdmin() {
        try {
            var page = new AdminClient(admin).ask("GET", "/log", Map.of());
            return page.status() == 200 ? page.text().lines().toList() : List.of();
        } catch (IOException _) {
            return List.of(); // the Corefile has no admin, or the server is on another machine
        }
    }
}
