package dev.onoma.plugins.dns64;

import dev.onoma.api.Arguments;
import dev.onoma.api.Cidr;
import dev.onoma.api.Directive;
import dev.onoma.api.Handler;
import dev.onoma.api.Plugin;
import dev.onoma.api.ServerBlock;
import java.net.Inet4Address;
import java.util.List;

/// Makes IPv6 addresses of IPv4 addresses, for clients behind NAT64 (RFC 6147).
public final class Dns64 implements Plugin {
    private static final int BITS_MIN = 32;
    private static final int BITS_MAX = 96;

    /// What a Corefile says.
    ///
    /// @param always whether addresses are made although there are some
    /// @param fromIpv4 whether clients that came over IPv4 get them too
    record Options(Cidr prefix, boolean always, boolean fromIpv4) {}

    @Override
    public String name() {
        return "dns64";
    }

    @Override
    public Handler setup(List<Directive> occurrences, ServerBlock block) {
        return setup(Directive.once(occurrences), block);
    }

    @Override
    public Handler setup(Directive directive, ServerBlock block) {
        return new Dns64Handler(read(directive), new Dns64Metrics(block.metrics()));
    }

    /// Reads `dns64 [PREFIX] { prefix PREFIX | translate_all | allow_ipv4 }`. CoreDNS ignores the
    /// block when there is a PREFIX on the line.
    static Options read(Directive dns64) {
        var arguments = dns64.arguments("[PREFIX]");
        var prefix = arguments.hasNext() ? prefix(arguments) : wellKnown();
        arguments.expectEnd();
        boolean always = false;
        boolean fromIpv4 = false;
        for (var property : dns64.properties()) {
            switch (property.name()) {
                case "prefix" -> {
                    var words = property.arguments("PREFIX");
                    prefix = prefix(words);
                    words.expectEnd();
                }
                case "translate_all" -> {
                    property.expectNothingElse();
                    always = true;
                }
                case "allow_ipv4" -> {
                    property.expectNothingElse();
                    fromIpv4 = true;
                }
                default -> throw property.unknown("prefix", "translate_all", "allow_ipv4");
            }
        }
        return new Options(prefix, always, fromIpv4);
    }

    /// RFC 6052, section 2.1.
    private static Cidr wellKnown() {
        return Cidr.parse("64:ff9b::/96").orElseThrow();
    }

    private static Cidr prefix(Arguments arguments) {
        var prefix = arguments.cidr("PREFIX");
        int bits = prefix.prefixLength();
        if (prefix.network() instanceof Inet4Address) {
            throw arguments.wrong("PREFIX is an IPv6 network, not " + prefix);
        }
        if (bits < BITS_MIN || bits > BITS_MAX || bits % 8 != 0) {
            throw arguments.wrong(
                    "PREFIX has 32, 40, 48, 56, 64 or 96 bits, not %d (invalid prefix length)"
                            .formatted(bits));
        }
        return prefix;
    }
}
