package dev.onoma.plugins.bind;

import dev.onoma.api.Addresses;
import dev.onoma.api.Arguments;
import dev.onoma.api.BindAddresses;
import dev.onoma.api.Directive;
import dev.onoma.api.Handler;
import dev.onoma.api.Plugin;
import dev.onoma.api.ServerBlock;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/// Says which addresses a server block listens on: all that an interface has now, or single ones.
///
/// Reads `bind ADDRESS|IFACE... { except ADDRESS|IFACE... }`. Several directives add up; `except`
/// takes away from its own directive only.
public final class Bind implements Plugin {
    private final Interfaces interfaces;

    public Bind() {
        this(Interfaces.OF_THIS_MACHINE);
    }

    Bind(Interfaces interfaces) {
        this.interfaces = interfaces;
    }

    @Override
    public String name() {
        return "bind";
    }

    @Override
    public Handler setup(List<Directive> occurrences, ServerBlock block) {
        var all = new ArrayList<InetAddress>();
        for (var bind : occurrences) {
            for (var address : read(bind)) {
                if (all.contains(address)) {
                    throw bind.wrong(
                            "%s is bound twice; name it once, or take it away with except"
                                    .formatted(Addresses.text(address)));
                }
                all.add(address);
            }
        }
        block.setting(BindAddresses.class, new BindAddresses(List.copyOf(all)));
        return Handler.PASS;
    }

    @Override
    public Handler setup(Directive directive, ServerBlock block) {
        return setup(List.of(directive), block);
    }

    private List<InetAddress> read(Directive bind) {
        var arguments = bind.arguments("ADDRESS|IFACE...");
        if (!arguments.hasNext()) {
            throw bind.wrong("at least one address or interface name is expected");
        }
        var addresses = addresses(arguments);
        for (var property : bind.properties()) {
            if (!property.name().equals("except")) {
                throw property.unknown("except");
            }
            var excepted = property.arguments("ADDRESS|IFACE...");
            if (!excepted.hasNext()) {
                throw property.wrong(
                        "at least one address or interface must be given to except subdirective");
            }
            addresses.removeAll(addresses(excepted));
        }
        if (addresses.isEmpty()) {
            throw bind.wrong("no address is left to listen on: except takes all of them away");
        }
        return addresses;
    }

    private List<InetAddress> addresses(Arguments arguments) {
        var found = new ArrayList<InetAddress>();
        while (arguments.hasNext()) {
            var text = arguments.text("ADDRESS|IFACE");
            var ofInterface = interfaces.addresses(text);
            if (!ofInterface.isEmpty()) {
                found.addAll(new LinkedHashSet<>(ofInterface));
            } else {
                found.add(Addresses.parse(text).orElseThrow(() -> unknown(arguments, text)));
            }
        }
        return found;
    }

    private RuntimeException unknown(Arguments arguments, String text) {
        return arguments.wrong(
                "not a valid IP address or interface name: \"" + text + "\"",
                "the interfaces with addresses are: " + String.join(", ", interfaces.names()));
    }
}
