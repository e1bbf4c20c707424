package dev.onoma.plugins.forward;

import dev.onoma.api.Addresses;
import dev.onoma.api.Arguments;
import dev.onoma.api.Endpoint;
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
    private static final List<String> ENCRYPTED = List.of("tls", "https");
    private static final List<String> FOREIGN = List.of("quic", "grpc", "unix", "https3");

    private Upstreams() {}

    /// Where a stanza forwards to.
    sealed interface To {
        /// A server whose address is known.
        record Server(InetSocketAddress address) implements To {}

        /// A server whose addresses are looked up at the start.
        record Host(String name, int port) implements To {}
    }

    /// Reads all words that are left.
    static List<To> parse(Arguments arguments, ServerBlock block) {
        if (arguments.remaining() > TO_MAX) {
            int count = arguments.remaining();
            throw arguments.wrong("more than %d TOs configured: %d".formatted(TO_MAX, count));
        }
        var all = new LinkedHashSet<To>();
        while (arguments.hasNext()) {
            add(arguments, block, all);
        }
        if (all.isEmpty()) {
            throw arguments.wrong("no valid upstream addresses found");
        }
        return List.copyOf(all);
    }

    private static void add(Arguments arguments, ServerBlock block, SequencedSet<To> all) {
        var text = arguments.text("TO");
        checkScheme(arguments, text);
        var rest = text.startsWith("dns://") ? text.substring("dns://".length()) : text;
        var endpoint = Endpoint.parse(rest, PORT);
        var address = endpoint.flatMap(Endpoint::socketAddress);
        if (address.isPresent()) {
            all.add(new To.Server(address.get()));
            return;
        }
        var file = file(rest, block);
        if (file.isPresent()) {
            all.addAll(nameServers(arguments, file.get()));
            return;
        }
        if (endpoint.isEmpty() || !isHostName(endpoint.get().host())) {
            throw arguments.wrong(
                    "not an IP address, file, or valid domain: \"" + text + "\"",
                    "write for instance 192.0.2.1:53, /etc/resolv.conf or dns.example.org");
        }
        all.add(new To.Host(endpoint.get().host(), endpoint.get().port()));
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
        if (ENCRYPTED.contains(scheme)) {
            throw arguments.wrong(
                    "upstreams over %s:// are not in this version".formatted(scheme),
                    "forward over UDP and TCP instead: "
                            + text.substring(text.indexOf("://") + 3).replaceAll("[:%].*", ""));
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
                    .map(a -> (To) new To.Server(new InetSocketAddress(a, PORT)))
                    .toList();
        } catch (IOException e) {
            throw arguments.wrong(file + " cannot be read: " + e.getMessage());
        }
    }

    private static boolean isHostName(String text) {
        return text.length() <= 254
                && text.matches(
                        "(?i)[a-z0-9_]([a-z0-9_-]{0,62})(\\.[a-z0-9_][a-z0-9_-]{0,62})*\\.?")
                && !text.matches("[0-9.]*");
    }

    /// The addresses of all servers, without doubles. Waits for the look-ups of names.
    ///
    /// @param resolvers who is asked; empty for the system
    /// @throws IOException that says which name has no address
    static List<InetSocketAddress> addresses(List<To> to, List<InetSocketAddress> resolvers)
            throws IOException {
        var all = new LinkedHashSet<InetSocketAddress>();
        for (var one : to) {
            switch (one) {
                case To.Server(var address) -> all.add(address);
                case To.Host(var name, var port) ->
                        lookUp(name, resolvers)
                                .forEach(a -> all.add(new InetSocketAddress(a, port)));
            }
        }
        return List.copyOf(all);
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
