package dev.onoma.plugins.grpc;

import dev.onoma.api.Directive;
import dev.onoma.api.Endpoint;
import dev.onoma.api.ServerBlock;
import dev.onoma.api.Tls;
import dev.onoma.api.ZoneNames;
import dev.onoma.api.ZoneSet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;

/// What the Corefile says.
///
/// @param from names outside are for the next plugin
/// @param except names inside are, too
/// @param context certificates to show and to trust; null for clear text
/// @param tlsName which certificates must be for; empty for the address
/// @param fallthrough names in these zones go on when they do not exist, or nobody answers; null
///   for none
record GrpcOptions(
        Name from,
        List<Name> except,
        List<Endpoint> to,
        Policy policy,
        @Nullable SSLContext context,
        String tlsName,
        @Nullable ZoneSet fallthrough) {
    private static final int TO_MAX = 15;

    /// In which order upstreams are asked.
    enum Policy {
        /// A new order for each query.
        RANDOM,
        /// As written, but each query begins one further.
        ROUND_ROBIN,
        /// As written.
        SEQUENTIAL
    }

    /// Reads `grpc FROM TO... { ... }`.
    ///
    /// @throws dev.onoma.api.CorefileException that points at the wrong word
    static GrpcOptions parse(Directive grpc, ServerBlock block) {
        var arguments = grpc.arguments("FROM TO... {");
        var text = arguments.text("FROM");
        Name from;
        try {
            from = ZoneNames.parseKey(text).zones().getFirst();
        } catch (IllegalArgumentException _) {
            throw arguments.wrong("unable to normalize '" + text + "'");
        }
        if (arguments.remaining() > TO_MAX) {
            int count = arguments.remaining();
            throw arguments.wrong("more than %d TOs configured: %d".formatted(TO_MAX, count));
        }
        var to = new ArrayList<>(arguments.addressOrFile("TO"));
        while (arguments.hasNext()) {
            to.addAll(arguments.addressOrFile("TO"));
        }
        var reader = new Reader(block);
        grpc.properties().forEach(reader::read);
        return reader.options(from, to.stream().distinct().toList(), grpc);
    }

    /// Takes one property after the other.
    private static final class Reader {
        private final ServerBlock block;
        private final List<Name> except = new ArrayList<>();
        private Policy policy = Policy.RANDOM;
        private @Nullable SSLContext context;
        private String tlsName = "";
        private @Nullable ZoneSet fallthrough;

        Reader(ServerBlock block) {
            this.block = block;
        }

        void read(Directive property) {
            switch (property.name()) {
                case "except" -> {
                    var arguments = property.arguments("NAMES...");
                    if (!arguments.hasNext()) {
                        arguments.text("NAMES");
                    }
                    except.addAll(arguments.zonesOr(List.of()));
                }
                case "tls" ->
                        context =
                                block.service(Tls.class)
                                        .client(property.arguments(Tls.USAGE), block);
                case "tls_servername" -> {
                    var arguments = property.arguments("NAME");
                    tlsName = arguments.text("NAME");
                    arguments.expectEnd();
                }
                case "policy" -> {
                    var arguments = property.arguments("random|round_robin|sequential");
                    var word = arguments.oneOf("policy", "random", "round_robin", "sequential");
                    policy = Policy.valueOf(word.toUpperCase(Locale.ROOT));
                    arguments.expectEnd();
                }
                case "fallthrough" ->
                        fallthrough =
                                new ZoneSet(
                                        property.arguments("[ZONES...]")
                                                .zonesOr(List.of(Name.root)));
                default ->
                        throw property.unknown(
                                "except", "tls", "tls_servername", "policy", "fallthrough");
            }
        }

        GrpcOptions options(Name from, List<Endpoint> to, Directive grpc) {
            if (!tlsName.isEmpty() && context == null) {
                try {
                    context = block.service(Tls.class).client(Tls.ClientFiles.NONE);
                } catch (IOException e) {
                    throw grpc.wrong(String.valueOf(e.getMessage()));
                }
            }
            return new GrpcOptions(
                    from, List.copyOf(except), to, policy, context, tlsName, fallthrough);
        }
    }
}
