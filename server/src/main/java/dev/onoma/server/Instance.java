package dev.onoma.server;

import dev.onoma.api.BindAddresses;
import dev.onoma.api.CorefileException;
import dev.onoma.api.CorefileException.Problem;
import dev.onoma.api.CorefileWarning;
import dev.onoma.api.DebugMode;
import dev.onoma.api.Directive;
import dev.onoma.api.Examinable;
import dev.onoma.api.Examination;
import dev.onoma.api.Handler;
import dev.onoma.api.Log;
import dev.onoma.api.Next;
import dev.onoma.api.Plugins;
import dev.onoma.api.ServerBlock;
import dev.onoma.api.ServerBlock.Step;
import dev.onoma.api.ServerControl.Readiness;
import dev.onoma.api.ServerTls;
import dev.onoma.api.ViewFilter;
import dev.onoma.server.chain.Link;
import dev.onoma.server.chain.Mistakes;
import dev.onoma.server.chain.PluginOrder;
import dev.onoma.server.chain.Route;
import dev.onoma.server.corefile.Block;
import dev.onoma.server.corefile.Corefile;
import dev.onoma.server.corefile.Overlaps;
import dev.onoma.server.listen.Listener;
import dev.onoma.server.listen.ListenerId;
import dev.onoma.server.tls.PemTls;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;

/// One configuration: its server blocks, set up, and everything that lives and ends with them.
///
/// Setting up opens nothing, so that it is also what `-validate` does and what a reload tries
/// first.
final class Instance {
    private final Corefile corefile;
    private final KeptParts kept;
    private final Steps steps = new Steps();
    private final List<Setup> setups;
    private final Map<Setup, List<Map.Entry<String, Handler>>> handlers = new HashMap<>();
    private final Map<ListenerId, Listener.Service> listeners = new LinkedHashMap<>();

    /// Sets all blocks up.
    ///
    /// @param running the configuration that is to be replaced
    /// @throws CorefileException with every mistake of every directive
    Instance(
            Corefile corefile,
            PluginOrder order,
            Services services,
            @Nullable Instance running,
            Mistakes mistakes,
            Consumer<CorefileWarning> warnings) {
        this.corefile = corefile;
        kept = new KeptParts(running == null ? null : running.kept);
        Plugins plugins = (line, block) -> handler(order, Directive.of(line, warnings), block);
        setups =
                corefile.blocks().stream()
                        .map(b -> new Setup(b, services, steps, kept, plugins))
                        .toList();
        try {
            var problems = setUp(order);
            problems.addAll(Overlaps.check(uses(), warnings));
            if (problems.isEmpty()) {
                problems.addAll(checkCertificates(order, warnings));
            }
            if (!problems.isEmpty()) {
                throw new CorefileException(problems);
            }
        } catch (RuntimeException e) {
            kept.closeAllBut(running == null ? null : running.kept, services.log());
            throw e;
        }
        var chains = new HashMap<Setup, Chains>();
        for (var setup : setups) {
            var links = handlers.getOrDefault(setup, List.of());
            chains.put(setup, Chains.of(links, mistakes));
            setup.chain(links.stream().map(Map.Entry::getKey).toList());
        }
        listen(order, chains, services.tls());
    }

    private List<Problem> checkCertificates(PluginOrder order, Consumer<CorefileWarning> warnings) {
        var problems = new ArrayList<Problem>();
        for (var setup : setups) {
            for (var key : setup.block().keys()) {
                var plugin = order.listener(key.scheme());
                if (key.scheme().equals("dns") || setup.setting(ServerTls.class).isPresent()) {
                    continue;
                }
                if (plugin != null && plugin.needsCertificate()) {
                    problems.add(
                            new Problem(
                                    key.at(),
                                    key + " needs a certificate; add tls CERT KEY to the block"));
                } else {
                    warnings.accept(
                            new CorefileWarning(
                                    key.at(),
                                    key
                                            + " is served in clear text, as the block has no"
                                            + " certificate; add tls CERT KEY"));
                }
            }
        }
        return problems;
    }

    /// What plugins know about what should be answered, by block.
    Map<Block, Examination> examinations(PluginOrder order) {
        var examinations = new LinkedHashMap<Block, Examination>();
        for (var setup : setups) {
            setup.block()
                    .directives()
                    .forEach((name, occurrences) -> {
                        if (order.plugin(name) instanceof Examinable plugin) {
                            examinations.put(
                                    setup.block(),
                                    plugin.examination(occurrences.getFirst(), setup));
                        }
                    });
        }
        return examinations;
    }

    private List<Problem> setUp(PluginOrder order) {
        var problems = new ArrayList<Problem>();
        for (var setup : setups) {
            for (var key : setup.block().keys()) {
                var scheme = key.scheme();
                if (!Protocols.areServed(scheme) && order.listener(scheme) == null) {
                    problems.add(
                            new Problem(key.at(), scheme + ":// is not served by this version"));
                }
            }
        }
        for (var name : order.names()) {
            for (var setup : setups) {
                setUp(order, name, setup, problems);
            }
            addEverywhere(name);
        }
        return problems;
    }

    private void addEverywhere(String name) {
        for (var handler : steps.everywhere()) {
            setups.forEach(setup -> add(setup, name, handler));
        }
        steps.everywhere().clear();
    }

    private void add(Setup setup, String name, Handler handler) {
        handlers.computeIfAbsent(setup, _ -> new ArrayList<>()).add(Map.entry(name, handler));
    }

    private void setUp(PluginOrder order, String name, Setup setup, List<Problem> problems) {
        var occurrences = setup.block().directives().get(name);
        var plugin = order.plugin(name);
        if (occurrences == null || plugin == null) {
            return;
        }
        try {
            var handler = plugin.setup(occurrences, setup);
            if (handler != Handler.PASS) {
                add(setup, name, handler);
            }
        } catch (CorefileException e) {
            problems.addAll(e.problems());
        } catch (RuntimeException | LinkageError e) {
            problems.add(
                    new Problem(
                            occurrences.getFirst().location(),
                            "plugin/"
                                    + name
                                    + ": setup failed, which is a mistake of the plugin: "
                                    + e));
        }
    }

    private static Handler handler(PluginOrder order, Directive directive, ServerBlock block) {
        var plugin = order.plugin(directive.name());
        if (plugin == null) {
            throw directive.wrong("there is no plugin \"" + directive.name() + "\"");
        }
        return plugin.setup(List.of(directive), block);
    }

    private List<Overlaps.Use> uses() {
        return setups.stream()
                .map(s ->
                        new Overlaps.Use(
                                s.block(),
                                addresses(s).stream().map(dev.onoma.api.Addresses::text).toList(),
                                s.setting(ViewFilter.class).isPresent()))
                .toList();
    }

    private static List<InetAddress> addresses(Setup setup) {
        return setup.setting(BindAddresses.class).map(BindAddresses::addresses).orElse(List.of());
    }

    private void listen(PluginOrder order, Map<Setup, Chains> chains, PemTls tls) {
        var plans = new LinkedHashMap<ListenerId, ListenerPlan>();
        for (var setup : setups) {
            for (var key : setup.block().keys()) {
                var hosts = new ArrayList<@Nullable InetAddress>(addresses(setup));
                if (hosts.isEmpty()) {
                    hosts.add(null);
                }
                for (var host : hosts) {
                    var id = new ListenerId(key.scheme(), host, key.port());
                    var chain = Objects.requireNonNull(chains.get(setup));
                    plans.computeIfAbsent(id, ListenerPlan::new)
                            .add(setup, route(setup, key.zone(), chain));
                }
            }
        }
        plans.forEach(
                (id, plan) -> listeners.put(id, plan.service(tls, order.listener(id.scheme()))));
    }

    /// The chains of a block, one for each opcode; null for those that no plugin takes.
    private record Chains(Next query, @Nullable Next notices, @Nullable Next updates) {
        static Chains of(List<Map.Entry<String, Handler>> links, Mistakes mistakes) {
            return new Chains(
                    Link.chain(links, mistakes),
                    Link.chain(links, Opcode.NOTIFY, Rcode.NOTAUTH, mistakes),
                    Link.chain(links, Opcode.UPDATE, Rcode.NOTIMP, mistakes));
        }
    }

    private static Route route(Setup setup, org.xbill.DNS.Name zone, Chains chains) {
        var view = setup.setting(ViewFilter.class);
        return new Route(
                zone,
                zone.toString(),
                view.map(ViewFilter::name).orElse(""),
                view.map(ViewFilter::accepts).orElse(null),
                setup.metadata(),
                setup.block().directives().isEmpty() ? null : chains.query(),
                chains.notices(),
                chains.updates(),
                setup.loads("chaos") || setup.loads("forward"));
    }

    Corefile corefile() {
        return corefile;
    }

    /// The listeners that it wants, and what they are to do.
    Map<ListenerId, Listener.Service> listeners() {
        return listeners;
    }

    List<Readiness> readiness() {
        return steps.readiness();
    }

    /// Whether any block wants debug messages.
    boolean isDebug() {
        return setups.stream().anyMatch(s -> s.setting(DebugMode.class).isPresent());
    }

    /// Whether any block has a setting.
    boolean has(Class<?> setting) {
        return setups.stream().anyMatch(s -> s.setting(setting).isPresent());
    }

    /// Queries that wait for an outcome.
    long waiting() {
        return listeners.values().stream().mapToLong(s -> s.router().waiting()).sum();
    }

    /// What plugins find wrong beside the Corefile.
    List<String> mistakes() {
        var found = new ArrayList<String>();
        for (var step : steps.validate()) {
            try {
                step.run();
            } catch (Exception e) {
                found.add(String.valueOf(e.getMessage()));
            }
        }
        return found;
    }

    /// Opens what the plugins must open.
    ///
    /// @throws Exception of the first that cannot
    void start() throws Exception {
        for (var step : steps.start()) {
            step.run();
        }
    }

    /// Tells the plugins that queries are answered.
    void serving(Log log) {
        run(steps.serving(), log);
    }

    /// Lets the plugins delay the end of the process.
    void shutdown(Log log) {
        run(steps.shutdown(), log);
    }

    /// Closes everything that `next` does not take over.
    void stop(@Nullable Instance next, Log log) {
        run(steps.stop().reversed(), log);
        kept.closeAllBut(next == null ? null : next.kept, log);
    }

    private static void run(List<Step> steps, Log log) {
        for (var step : steps) {
            try {
                step.run();
            } catch (Exception e) {
                log.error(String.valueOf(e.getMessage()));
            }
        }
    }
}
