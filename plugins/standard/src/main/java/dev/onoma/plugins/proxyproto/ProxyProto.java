package dev.onoma.plugins.proxyproto;

import dev.onoma.api.Arguments;
import dev.onoma.api.Cidr;
import dev.onoma.api.Directive;
import dev.onoma.api.Handler;
import dev.onoma.api.Plugin;
import dev.onoma.api.ProxyProtocol;
import dev.onoma.api.ProxyProtocol.Policy;
import dev.onoma.api.ServerBlock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Says whose PROXY headers the listeners of a block believe.
public final class ProxyProto implements Plugin {
    private static final int SESSIONS_MAX = 10_240;
    private static final int HEADER_OCTETS_MIN = 16 + 36;
    private static final int HEADER_OCTETS = 2064;
    private static final int HEADER_OCTETS_MAX = 16 + 0xffff;
    private static final String[] POLICIES = {"use", "ignore", "reject", "skip"};

    @Override
    public String name() {
        return "proxyproto";
    }

    /// Later directives of a block replace what earlier ones have set, networks are put together.
    @Override
    public Handler setup(List<Directive> occurrences, ServerBlock block) {
        var read = new Reader();
        occurrences.forEach(read::directive);
        block.setting(ProxyProtocol.class, read.made());
        return Handler.PASS;
    }

    @Override
    public Handler setup(Directive directive, ServerBlock block) {
        return setup(List.of(directive), block);
    }

    /// What was read so far.
    private static final class Reader {
        private final List<Cidr> allow = new ArrayList<>();
        private Optional<Policy> others = Optional.empty();
        private Duration sessionLife = Duration.ZERO;
        private int sessionsMax = SESSIONS_MAX;
        private int headerOctetsMax = HEADER_OCTETS;

        void directive(Directive proxyproto) {
            proxyproto.arguments("").expectEnd();
            for (var property : proxyproto.properties()) {
                switch (property.name()) {
                    case "allow" -> allow(property.arguments("CIDR..."));
                    case "default" -> others(property);
                    case "udp_session_tracking" ->
                            sessions(property.arguments("DURATION [MAX_SESSIONS]"));
                    case "max_header_octets" ->
                            headerOctetsMax = property.number(HEADER_OCTETS_MIN, HEADER_OCTETS_MAX);
                    default ->
                            throw property.unknown(
                                    "allow",
                                    "default",
                                    "udp_session_tracking",
                                    "max_header_octets");
                }
            }
        }

        private void allow(Arguments arguments) {
            while (arguments.hasNext()) {
                allow.add(arguments.cidr("CIDR"));
            }
        }

        private void others(Directive property) {
            var arguments = property.arguments(String.join("|", POLICIES));
            var word = arguments.peek().orElse("").toLowerCase(Locale.ROOT);
            if (!List.of(POLICIES).contains(word)) {
                arguments.oneOf("POLICY", POLICIES);
            }
            arguments.text("POLICY");
            arguments.expectEnd();
            others = Optional.of(Policy.valueOf(word.toUpperCase(Locale.ROOT)));
        }

        private void sessions(Arguments arguments) {
            var life = arguments.duration("DURATION");
            sessionLife = life.isNegative() ? Duration.ZERO : life;
            sessionsMax = arguments.numberOr("MAX_SESSIONS", 1, SESSIONS_MAX);
            arguments.expectEnd();
        }

        ProxyProtocol made() {
            var fallback = allow.isEmpty() ? Policy.USE : Policy.IGNORE;
            return new ProxyProtocol(
                    allow, others.orElse(fallback), sessionLife, sessionsMax, headerOctetsMax);
        }
    }
}
