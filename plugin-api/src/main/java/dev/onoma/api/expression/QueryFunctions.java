package dev.onoma.api.expression;

import dev.onoma.api.Addresses;
import dev.onoma.api.Cidr;
import dev.onoma.api.Query;
import dev.onoma.api.Transport;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Type;

/// What can be asked about a query.
final class QueryFunctions {
    private static final int STREAM_SIZE_MAX = 65_535;

    private static final Map<String, Of> ALL =
            Map.ofEntries(
                    Map.entry("name", text(QueryFunctions::name)),
                    Map.entry("type", text(q -> Type.string(q.type()))),
                    Map.entry("class", text(q -> DClass.string(q.dclass()))),
                    Map.entry("proto", text(q -> q.transport().label())),
                    Map.entry("client_ip", text(q -> Addresses.text(q.client().getAddress()))),
                    Map.entry("port", text(q -> Integer.toString(q.client().getPort()))),
                    Map.entry("server_ip", text(q -> Addresses.text(q.local().getAddress()))),
                    Map.entry("server_port", text(q -> Integer.toString(q.local().getPort()))),
                    Map.entry("id", number(Query::id)),
                    Map.entry("opcode", number(q -> q.wire()[2] >> 3 & 15)),
                    Map.entry("size", number(Query::sizeOctets)),
                    Map.entry("bufsize", number(QueryFunctions::size)),
                    Map.entry("do", new Of(0, (_, _) -> Node.test(f -> f.query.dnssecOk()))),
                    Map.entry("incidr", new Of(2, QueryFunctions::inCidr)),
                    Map.entry("metadata", new Of(1, QueryFunctions::metadata)));

    private QueryFunctions() {}

    /// A function.
    ///
    /// @param parameters how many arguments it takes
    record Of(int parameters, Maker maker) {
        Node node(Token name, List<Node> arguments) {
            return maker.node(name, arguments);
        }
    }

    /// Makes the call of a function.
    interface Maker {
        Node node(Token name, List<Node> arguments);
    }

    /// The address of the client; a node of its own, as it is mostly asked whether a network holds
    /// it, and no text is needed for that.
    private static final class ClientAddress extends Node {
        private final Function<Query, String> work;

        ClientAddress(Function<Query, String> work) {
            super(Kind.STRING);
            this.work = work;
        }

        @Override
        Object value(Frame frame) {
            return work.apply(frame.query);
        }
    }

    static @Nullable Of find(String name) {
        return ALL.get(name);
    }

    private static Of text(Function<Query, String> work) {
        return new Of(
                0,
                (name, _) ->
                        name.text().equals("client_ip")
                                ? new ClientAddress(work)
                                : Node.of(Kind.STRING, f -> work.apply(f.query)));
    }

    private static Of number(ToLongFunction<Query> work) {
        return new Of(0, (_, _) -> Node.of(Kind.INT, f -> work.applyAsLong(f.query)));
    }

    private static String name(Query query) {
        return query.name().toString().toLowerCase(Locale.ROOT);
    }

    private static long size(Query query) {
        return query.transport() == Transport.UDP ? query.udpSize() : STREAM_SIZE_MAX;
    }

    private static Node metadata(Token name, List<Node> arguments) {
        var label = textual(name, arguments.getFirst());
        return Node.of(Kind.STRING, f -> f.query.metadata(Values.text(label.value(f))).orElse(""));
    }

    private static Node textual(Token name, Node argument) {
        if (!argument.kind().maybe(Kind.STRING)) {
            throw new ExpressionException(
                    "cannot use %s as argument (type string) to call %s"
                            .formatted(argument.kind(), name.text()),
                    name.at());
        }
        return argument;
    }

    private static Node inCidr(Token name, List<Node> arguments) {
        var address = textual(name, arguments.get(0));
        var network = textual(name, arguments.get(1));
        if (network instanceof Node.Constant constant && constant.value() instanceof String text) {
            var cidr = Cidr.parse(text);
            if (cidr.isEmpty()) {
                throw new ExpressionException(
                        "\"%s\" is no network such as 10.0.0.0/8 or 2001:db8::/32".formatted(text),
                        name.at());
            }
            return inCidr(address, cidr.get());
        }
        return Node.test(f -> {
            var cidr = Cidr.parse(Values.text(network.value(f)));
            return contains(
                    cidr.orElseThrow(() -> Values.no("invalid CIDR address")), address.value(f));
        });
    }

    private static Node inCidr(Node address, Cidr network) {
        return address instanceof ClientAddress
                ? Node.test(f -> network.contains(f.query.client().getAddress()))
                : Node.test(f -> contains(network, address.value(f)));
    }

    private static boolean contains(Cidr network, Object address) {
        return network.contains(
                Addresses.parse(Values.text(address))
                        .orElseThrow(() -> Values.no("first argument is not an IP address")));
    }
}
