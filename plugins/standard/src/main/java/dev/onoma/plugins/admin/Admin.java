package dev.onoma.plugins.admin;

import dev.onoma.api.AdminPages;
import dev.onoma.api.Arguments;
import dev.onoma.api.Directive;
import dev.onoma.api.Endpoint;
import dev.onoma.api.Handler;
import dev.onoma.api.HttpEndpoint;
import dev.onoma.api.HttpPage;
import dev.onoma.api.Metrics;
import dev.onoma.api.Plugin;
import dev.onoma.api.ServerBlock;
import dev.onoma.api.ServerControl;
import java.net.InetAddress;
import java.util.List;

/// Serves the pages with which operators look into plugins and act on them, to this machine alone.
public final class Admin implements Plugin {
    private static final Endpoint ADDRESS_DEFAULT = new Endpoint("dns", "localhost", "", 9154);
    private static final String EXPOSE = "allow_remote";

    /// What a Corefile says.
    ///
    /// @param remote whether other machines may ask
    record Options(Endpoint address, boolean remote) {}

    @Override
    public String name() {
        return "admin";
    }

    @Override
    public void metrics(Metrics metrics) {
        AdminMetrics.of(metrics);
    }

    /// Of several occurrences, the last counts.
    @Override
    public Handler setup(List<Directive> occurrences, ServerBlock block) {
        var options = occurrences.stream().map(Admin::read).toList().getLast();
        var endpoint = HttpEndpoint.at(block, options.address());
        var pages = AdminPages.of(block);
        HttpPage page = new AdminGuard(pages, options.remote(), AdminMetrics.of(block.metrics()));
        AdminPages.add(
                block,
                ExplainPage.PATH,
                ExplainPage.HELP,
                new ExplainPage(() -> block.service(ServerControl.class)));
        AdminPages.add(
                block,
                "/log",
                "the last warnings and errors",
                _ -> HttpPage.Answer.text(200, log(block.service(ServerControl.class))));
        endpoint.serve(block, "admin", "/*", page);
        return Handler.PASS;
    }

    @Override
    public Handler setup(Directive directive, ServerBlock block) {
        return setup(List.of(directive), block);
    }

    private static String log(ServerControl server) {
        var lines = server.recentTrouble();
        return lines.isEmpty() ? "none\n" : String.join("\n", lines) + "\n";
    }

    /// Reads `admin [ADDRESS] { allow_remote }`.
    static Options read(Directive admin) {
        var arguments = admin.arguments("[ADDRESS]");
        var address = arguments.httpAddressOr("ADDRESS", ADDRESS_DEFAULT);
        boolean remote = false;
        for (var property : admin.properties()) {
            if (!property.name().equals(EXPOSE)) {
                throw property.unknown(EXPOSE);
            }
            property.expectNothingElse();
            remote = true;
        }
        if (!remote && !isLoopback(address)) {
            throw exposed(arguments, address);
        }
        arguments.expectEnd();
        return new Options(address, remote);
    }

    private static dev.onoma.api.CorefileException exposed(Arguments arguments, Endpoint address) {
        return arguments.wrong(
                "%s can be reached from other machines, and whoever reaches it may empty caches and read names"
                        .formatted(address),
                "did you mean: localhost:%d? To mean it, write \"%s\" between braces"
                        .formatted(address.port(), EXPOSE));
    }

    private static boolean isLoopback(Endpoint address) {
        return address.host().equals("localhost")
                || address.address().map(InetAddress::isLoopbackAddress).orElse(false);
    }
}
