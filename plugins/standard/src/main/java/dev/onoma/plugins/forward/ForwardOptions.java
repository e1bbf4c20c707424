package dev.onoma.plugins.forward;

import dev.onoma.api.Directive;
import dev.onoma.api.Durations;
import dev.onoma.api.ServerBlock;
import dev.onoma.api.Tls;
import dev.onoma.api.ZoneNames;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;

/// What the Corefile says about one stanza.
///
/// @param from names outside are not forwarded
/// @param except names that are not forwarded either, but for `from` itself
/// @param to in the order of the file
/// @param resolvers who is asked for the addresses of names in `to`; empty for the system
/// @param maxConcurrent 0 for no limit
/// @param attemptsMax failed attempts for one question; 0 for no limit, -1 if not set
/// @param nextRcodes with which the next stanza is asked
/// @param failoverRcodes with which the next upstream is asked
/// @param encryption of upstreams over TLS and HTTPS
record ForwardOptions(
        Name from,
        List<Name> except,
        List<Upstreams.To> to,
        List<InetSocketAddress> resolvers,
        Policy policy,
        Connections connections,
        Checks checks,
        int maxConcurrent,
        int attemptsMax,
        Set<Integer> nextRcodes,
        boolean nextOnNodata,
        Set<Integer> failoverRcodes,
        boolean failfast,
        Encryption encryption) {
    static final Duration EXPIRE_DEFAULT = Duration.ofSeconds(10);
    static final Duration READ_TIMEOUT_DEFAULT = Duration.ofSeconds(2);
    static final Duration CHECK_DEFAULT = Duration.ofMillis(500);
    static final int MAX_FAILS_DEFAULT = 2;

    /// How upstreams are talked to.
    ///
    /// @param expire how long an idle socket is kept
    /// @param ageMax how long any socket is kept; zero for no limit
    /// @param idleMax per upstream and event loop; 0 for no limit
    /// @param readTimeout after which a question without reply counts as a failure
    /// @param source the address that is asked from; null for any
    record Connections(
            Duration expire,
            Duration ageMax,
            int idleMax,
            Duration readTimeout,
            boolean forceTcp,
            boolean preferUdp,
            @Nullable InetAddress source) {}

    /// How upstreams over TLS and HTTPS are talked to.
    ///
    /// @param maybeContext null if there are none
    /// @param get whether questions over HTTPS stand in the address of the request
    record Encryption(@Nullable SSLContext maybeContext, boolean get) {
        /// The certificates to show and to trust.
        ///
        /// @throws IllegalStateException if there are no such upstreams
        SSLContext context() {
            if (maybeContext == null) {
                throw new IllegalStateException("no upstream is encrypted");
            }
            return maybeContext;
        }
    }

    /// How upstreams that have failed are checked.
    ///
    /// @param failsMax in a row until an upstream counts as down; 0 for no checks
    record Checks(Duration interval, boolean recursionDesired, Name domain, int failsMax) {}

    /// Reads `forward FROM TO... { ... }`. Files of name servers are read here, at each reload
    /// anew; names of servers are looked up at the start.
    ///
    /// @throws dev.onoma.api.CorefileException that points at the wrong word
    static ForwardOptions parse(Directive forward, ServerBlock block) {
        var arguments = forward.arguments("FROM TO... {");
        var from = from(arguments.text("FROM"), arguments::wrong, forward);
        if (!arguments.hasNext()) {
            arguments.text("TO");
        }
        var reader = new Reader(block);
        forward.properties().forEach(reader::read);
        reader.check(forward);
        var to = Upstreams.parse(arguments, block, reader.tlsName);
        return reader.options(from, to, reader.encryption(to, forward));
    }

    private static Name from(
            String text, Function<String, RuntimeException> wrong, Directive forward) {
        try {
            var zones = ZoneNames.parseKey(text).zones();
            if (zones.size() > 1) {
                forward.warnAt(
                        1,
                        ("Unsupported CIDR notation: '%s' expands to multiple zones. Using only"
                                        + " '%s'.")
                                .formatted(text, zones.getFirst()));
            }
            return zones.getFirst();
        } catch (IllegalArgumentException _) {
            throw wrong.apply("unable to normalize '" + text + "'");
        }
    }

    /// Takes one property after the other.
    private static final class Reader {
        private static final String[] KNOWN = {
            "except",
            "force_tcp",
            "prefer_udp",
            "expire",
            "max_age",
            "max_idle_conns",
            "read_timeout",
            "max_fails",
            "max_connect_attempts",
            "doh_method",
            "tls",
            "tls_servername",
            "policy",
            "health_check",
            "max_concurrent",
            "next",
            "next_on_nodata",
            "failfast_all_unhealthy_upstreams",
            "failover",
            "source_address",
            "resolver"
        };

        private final ServerBlock block;
        private final List<Name> except = new ArrayList<>();
        private final List<InetSocketAddress> resolvers = new ArrayList<>();
        private final Set<Integer> nextRcodes = new HashSet<>();
        private final Set<Integer> failoverRcodes = new HashSet<>();
        private Policy policy = Policy.RANDOM;
        private Duration expire = EXPIRE_DEFAULT;
        private Duration ageMax = Duration.ZERO;
        private Duration readTimeout = READ_TIMEOUT_DEFAULT;
        private Duration checkInterval = CHECK_DEFAULT;
        private Name checkDomain = Name.root;
        private boolean checkRecursion = true;
        private int idleMax;
        private int failsMax = MAX_FAILS_DEFAULT;
        private int attemptsMax = -1;
        private int maxConcurrent;
        private boolean forceTcp;
        private boolean preferUdp;
        private boolean nextOnNodata;
        private boolean failfast;
        private @Nullable InetAddress source;
        private @Nullable SSLContext context;
        private final List<Directive> encrypted = new ArrayList<>(0);
        private String tlsName = "";
        private boolean get;

        Reader(ServerBlock block) {
            this.block = block;
        }

        void read(Directive property) {
            switch (property.name()) {
                case "except" -> except(property);
                case "force_tcp" -> forceTcp = flag(property);
                case "prefer_udp" -> preferUdp = flag(property);
                case "next_on_nodata" -> nextOnNodata = flag(property);
                case "failfast_all_unhealthy_upstreams" -> failfast = flag(property);
                case "expire" -> expire = duration(property, Duration.ZERO);
                case "max_age" -> ageMax = duration(property, Duration.ZERO);
                case "read_timeout" -> readTimeout = duration(property, Duration.ofNanos(1));
                case "max_idle_conns" -> idleMax = number(property);
                case "max_fails" -> failsMax = number(property);
                case "max_connect_attempts" -> attemptsMax = number(property);
                case "max_concurrent" -> maxConcurrent = number(property);
                case "policy" -> policy = policy(property);
                case "health_check" -> healthCheck(property);
                case "next" -> rcodes(property, nextRcodes);
                case "failover" -> failover(property);
                case "source_address" -> source = source(property);
                case "resolver" -> resolver(property);
                case "doh_method", "tls", "tls_servername" -> encrypted(property);
                default -> throw property.unknown(KNOWN);
            }
        }

        private static boolean flag(Directive property) {
            property.expectNothingElse();
            return true;
        }

        private static Duration duration(Directive property, Duration min) {
            var arguments = property.arguments("DURATION");
            var duration = arguments.duration("DURATION", min);
            arguments.ignoreRest();
            return duration;
        }

        private static int number(Directive property) {
            var arguments = property.arguments("NUMBER");
            int number = (int) Math.min(Integer.MAX_VALUE, arguments.longNumber("NUMBER", 0, MAX));
            arguments.ignoreRest();
            return number;
        }

        private static final long MAX = 0xffff_ffffL;

        private void except(Directive property) {
            var arguments = property.arguments("NAMES...");
            if (!arguments.hasNext()) {
                arguments.text("NAMES");
            }
            except.addAll(arguments.zonesOr(List.of()));
        }

        private static Policy policy(Directive property) {
            var arguments = property.arguments("random|round_robin|sequential");
            var policy = arguments.oneOf("policy", "random", "round_robin", "sequential");
            arguments.ignoreRest();
            return Policy.valueOf(policy.toUpperCase(Locale.ROOT));
        }

        private void healthCheck(Directive property) {
            var arguments = property.arguments("DURATION [no_rec] [domain NAME]");
            checkInterval = arguments.duration("DURATION", Duration.ZERO);
            checkDomain = Name.root;
            while (arguments.hasNext()) {
                switch (arguments.oneOf("health_check option", "no_rec", "domain")) {
                    case "no_rec" -> checkRecursion = false;
                    default -> checkDomain = arguments.name("NAME");
                }
            }
        }

        private static void rcodes(Directive property, Set<Integer> into) {
            var arguments = property.arguments("RCODE...");
            do {
                var text = arguments.text("RCODE");
                int rcode = Rcode.value(text.toUpperCase(Locale.ROOT));
                if (rcode < 0) {
                    throw arguments.wrong(
                            text + " is not a valid rcode", "write for instance NXDOMAIN REFUSED");
                }
                into.add(rcode);
            } while (arguments.hasNext());
        }

        private void failover(Directive property) {
            rcodes(property, failoverRcodes);
            if (failoverRcodes.contains(Rcode.NOERROR)) {
                throw property.wrong("NoError cannot be used in failover");
            }
        }

        private static InetAddress source(Directive property) {
            var arguments = property.arguments("ADDRESS");
            var source = arguments.ipAddress("ADDRESS");
            arguments.ignoreRest();
            return source;
        }

        private void resolver(Directive property) {
            var arguments = property.arguments("ADDRESS[:PORT]...");
            do {
                resolvers.add(arguments.hostPort("resolver", 53));
            } while (arguments.hasNext());
        }

        private void encrypted(Directive property) {
            encrypted.add(property);
            switch (property.name()) {
                case "doh_method" -> {
                    var arguments = property.arguments("GET|POST");
                    get = arguments.oneOf("doh_method", "POST", "GET").equals("GET");
                    arguments.ignoreRest();
                }
                case "tls_servername" -> {
                    var arguments = property.arguments("NAME");
                    tlsName = arguments.text("NAME");
                    arguments.ignoreRest();
                }
                default ->
                        context =
                                block.service(Tls.class)
                                        .client(property.arguments(Tls.USAGE), block);
            }
        }

        Encryption encryption(List<Upstreams.To> to, Directive forward) {
            boolean none = to.stream().allMatch(t -> t.scheme() == Upstreams.Scheme.DNS);
            if (none) {
                encrypted.forEach(
                        p -> p.warn(p.name() + " has no effect on upstreams over UDP and TCP"));
            } else if (context == null) {
                context = systemContext(forward);
            }
            return new Encryption(context, get);
        }

        private SSLContext systemContext(Directive forward) {
            try {
                return block.service(Tls.class).client(Tls.ClientFiles.NONE);
            } catch (IOException e) {
                throw forward.wrong(String.valueOf(e.getMessage()));
            }
        }

        void check(Directive forward) {
            if (!ageMax.isZero() && ageMax.compareTo(expire) < 0) {
                throw forward.wrong(
                        "max_age (%s) must not be less than expire (%s)"
                                .formatted(text(ageMax), text(expire)));
            }
        }

        private static String text(Duration duration) {
            return Durations.format(duration);
        }

        ForwardOptions options(Name from, List<Upstreams.To> to, Encryption encryption) {
            return new ForwardOptions(
                    from,
                    List.copyOf(except),
                    to,
                    List.copyOf(resolvers),
                    policy,
                    new Connections(
                            expire, ageMax, idleMax, readTimeout, forceTcp, preferUdp, source),
                    new Checks(checkInterval, checkRecursion, checkDomain, failsMax),
                    maxConcurrent,
                    attemptsMax,
                    Set.copyOf(nextRcodes),
                    nextOnNodata,
                    Set.copyOf(failoverRcodes),
                    failfast,
                    encryption);
        }
    }
}
