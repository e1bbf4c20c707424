package dev.onoma.plugins.forward;

import dev.onoma.api.Addresses;
import dev.onoma.api.Arguments;
import dev.onoma.api.Endpoint;
import dev.onoma.api.FileErrors;
import dev.onoma.api.Names;
import dev.onoma.api.ServerBlock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.stream.Stream;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;

/// The servers that a stanza names: addresses, files of name servers, and names.
final class Upstreams {
    private static final int TO_MAX = 15;
    private static final int FILE_SERVERS_MAX = 1_000;
    private static final int PORT = 53;
    private static final Duration RESOLVER_TIMEOUT = Duration.ofSeconds(2);
    private static final List<String> FOREIGN = List.of("quic", "grpc", "unix", "https3");

    private Upstreams() {}

    /// Where a stanza forwards to.
    sealed interface To {
        /// A server whose address is known.
        record Server(Target target) implements To {}

        /// A server whose addresses are looked up at the start.
        record Host(String name, int port, Scheme scheme, String tlsName) implements To {}

        /// How it is talked to.
        default Scheme scheme() {
            return switch (this) {
                case Server(var target) -> target.scheme();
                case Host(_, _, var scheme, _) -> scheme;
            };
        }
    }

    /// How upstreams are talked to.
    enum Scheme {
        /// UDP and TCP.
        DNS(53),
        /// RFC 7858.
        TLS(853),
        /// RFC 8484.
        HTTPS(443);

        final int port;

        Scheme(int port) {
            this.port = port;
        }
    }

    /// A server to ask.
    ///
    /// @param tlsName which its certificate must be for; empty for its address
    record Target(InetSocketAddress address, Scheme scheme, String tlsName) {}

    /// Reads all words that are left.
    ///
    /// @param tlsName for all upstreams; empty if the Corefile has none
    static List<To> parse(Arguments arguments, ServerBlock block, String tlsName) {
        if (arguments.remaining() > TO_MAX) {
            int count = arguments.remaining();
            throw arguments.wrong("more than %d TOs configured: %d".formatted(TO_MAX, count));
        }
        var all = new LinkedHashSet<To>();
        while (arguments.hasNext()) {
            add(arguments, block, tlsName, all);
        }
        if (all.isEmpty()) {
            throw arguments.wrong("no valid upstream addresses found");
        }
        return List.copyOf(all);
    }

    private static void add(
            Arguments arguments, ServerBlock block, String tlsName, SequencedSet<To> all) {
        var text = arguments.text("TO");
        checkScheme(arguments, text);
        var scheme =
                text.startsWith("tls://")
                        ? Scheme.TLS
                        : text.startsWith("https://") ? Scheme.HTTPS : Scheme.DNS;
        var rest = text.startsWith("dns://") ? text.substring("dns://".length()) : text;
        var endpoint = Endpoint.parse(rest, scheme.port);
        var own = scheme == Scheme.DNS ? "" : endpoint.map(Endpoint::zone).orElse("");
        if (!own.isEmpty() && !tlsName.isEmpty()) {
            throw arguments.wrong(
                    "both forward ('%s') and proxy level ('%s') TLS servernames are set for upstream proxy '%s'"
                            .formatted(tlsName, own, text));
        }
        var name = own.isEmpty() ? tlsName : own;
        var address = endpoint.flatMap(e -> address(e, scheme));
        if (address.isPresent()) {
            all.add(new To.Server(new Target(address.get(), scheme, name)));
            return;
        }
        var file = scheme == Scheme.DNS ? file(rest, block) : Optional.<Path>empty();
        if (file.isPresent()) {
            all.addAll(nameServers(arguments, file.get()));
            return;
        }
        if (endpoint.isEmpty() || !isHostName(endpoint.get().host())) {
            throw arguments.wrong(
                    "not an IP address, file, or valid domain: \"" + text + "\"",
                    "write for instance 192.0.2.1:53, /etc/resolv.conf or dns.example.org");
        }
        var host = endpoint.get().host();
        all.add(new To.Host(host, endpoint.get().port(), scheme, name.isEmpty() ? host : name));
    }

    // With an encrypted scheme, what follows % is the name of the server, not an interface.
    private static Optional<InetSocketAddress> address(Endpoint endpoint, Scheme scheme) {
        return scheme == Scheme.DNS
                ? endpoint.socketAddress()
                : endpoint.address().map(a -> new InetSocketAddress(a, endpoint.port()));
    }

    private static void checkScheme(Arguments arguments, String text) {
        var scheme = text.contains("://") ? text.substring(0, text.indexOf("://")) : "dns";
        if (FOREIGN.contains(scheme)) {
            throw arguments.wrong(
                    "'%s' is not supported as a destination protocol in forward: %s"
                            .formatted(scheme, text));
        }
        if (scheme.equals("https") && text.indexOf('/', "https://".length()) >= 0) {
            throw arguments.wrong(
                    "paths are not allowed in HTTPS upstream addresses (the /dns-query path is"
                            + " used by default): "
                            + text);
        }
    }

    private static Optional<Path> file(String text, ServerBlock block) {
        try {
            return Stream.of(block.file(text), Path.of(text))
                    .filter(Files::isRegularFile)
                    .findFirst();
        } catch (InvalidPathException _) {
            return Optional.empty(); // then it is none
        }
    }

    private static List<To> nameServers(Arguments arguments, Path file) {
        try {
            // No character set is promised; all that counts is ASCII.
            return Files.readString(file, StandardCharsets.ISO_8859_1)
                    .lines()
                    .map(line -> line.strip().split("\\s+"))
                    .filter(words -> words.length > 1 && words[0].equals("nameserver"))
                    .flatMap(words -> Addresses.parse(words[1]).stream())
                    .limit(FILE_SERVERS_MAX)
                    .map(a -> new Target(new InetSocketAddress(a, PORT), Scheme.DNS, ""))
                    .map(target -> (To) new To.Server(target))
                    .toList();
        } catch (IOException e) {
            throw arguments.wrong(file + " cannot be read: " + FileErrors.reason(e));
        }
    }

    private static boolean isHostName(String text) {
        return text.length() <= 254
                && text.matches(
                        "(?i)[a-z0-9_]([a-z0-9_-]{0,62})(\\.[a-z0-9_][a-z0-9_-]{0,62})*\\.?")
                && !text.matches("[0-9.]*");
    }

    /// All servers, those with the same address once. Waits for the look-ups of names.
    ///
    /// @param resolvers who is asked; empty for the system
    /// @throws IOException that says which name has no address
    static List<Target> targets(List<To> to, List<InetSocketAddress> resolvers) throws IOException {
        var all = new LinkedHashMap<InetSocketAddress, Target>();
        for (var one : to) {
            switch (one) {
                case To.Server(var target) -> all.putIfAbsent(target.address(), target);
                case To.Host(var name, var port, var scheme, var tlsName) -> {
                    for (var found : lookUp(name, resolvers)) {
                        var address = new InetSocketAddress(found, port);
                        all.putIfAbsent(address, new Target(address, scheme, tlsName));
                    }
                }
            }
        }
        return List.copyOf(all.values());
    }

    private static List<InetAddress> lookUp(String name, List<InetSocketAddress> resolvers)
            throws IOException {
        if (resolvers.isEmpty()) {
            return system(name);
        }
        var cause = "no addresses";
        for (var resolver : resolvers) {
            var found = new ArrayList<InetAddress>();
            for (int type : new int[] {Type.A, Type.AAAA}) {
                try {
                    found.addAll(ask(name, type, resolver));
                } catch (IOException e) {
                    cause = Addresses.text(resolver) + ": " + e.getMessage();
                }
            }
            if (!found.isEmpty()) {
                return found;
            }
        }
        throw new IOException("failed to resolve \"%s\": %s".formatted(name, cause));
    }

    private static List<InetAddress> system(String name) throws IOException {
        try {
            return Arrays.stream(InetAddress.getAllByName(name))
                    .sorted(Comparator.comparingInt(a -> a.getAddress().length))
                    .toList();
        } catch (UnknownHostException e) {
            throw new IOException(
                    "failed to resolve \"%s\": %s".formatted(name, e.getMessage()), e);
        }
    }

    private static List<InetAddress> ask(String name, int type, InetSocketAddress server)
            throws IOException {
        var resolver = new SimpleResolver(server);
        resolver.setTimeout(RESOLVER_TIMEOUT);
        var question = Record.newRecord(Names.of(name), type, DClass.IN);
        var found = new ArrayList<InetAddress>();
        for (var record : resolver.send(Message.newQuery(question)).getSection(Section.ANSWER)) {
            if (record instanceof ARecord four) {
                found.add(four.getAddress());
            } else if (record instanceof AAAARecord six) {
                found.add(six.getAddress());
            }
        }
        return found;
    }
}
