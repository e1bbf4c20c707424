package dev.onoma.plugins.loadbalance;

import dev.onoma.api.Arguments;
import dev.onoma.api.Cidr;
import dev.onoma.api.Directive;
import dev.onoma.api.Handler;
import dev.onoma.api.Plugin;
import dev.onoma.api.Response;
import dev.onoma.api.ServerBlock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/// Puts the addresses of answers into another order each time, so that clients that take the first
/// one spread over all.
///
/// `round_robin` only leaves a seed with the response; the addresses are exchanged in the packet
/// when it leaves, at no cost in memory. `weighted` and `prefer` look at decoded records.
public final class Loadbalance implements Plugin {
    private static final Duration RELOAD_DEFAULT = Duration.ofSeconds(30);

    @Override
    public String name() {
        return "loadbalance";
    }

    @Override
    public Handler setup(Directive directive, ServerBlock block) {
        return setup(List.of(directive), block);
    }

    /// All directives of a block together make one handler: the last policy, and the preferences of
    /// all.
    @Override
    public Handler setup(List<Directive> occurrences, ServerBlock block) {
        UnaryOperator<Response> policy = Loadbalance::roundRobin;
        var preferred = new ArrayList<Cidr>();
        for (var directive : occurrences) {
            var arguments = directive.arguments("[round_robin | weighted WEIGHTFILE]");
            boolean weighted =
                    arguments.hasNext()
                            && arguments
                                    .oneOf("policy", "round_robin", "weighted")
                                    .equals("weighted");
            policy = weighted ? weighted(directive, arguments, block) : Loadbalance::roundRobin;
            arguments.expectEnd();
            if (!weighted) {
                directive.properties().forEach(property -> prefer(property, preferred));
            }
        }
        return handler(preferred.isEmpty() ? policy : inOrder(policy, new Preference(preferred)));
    }

    // Which address is first is no secret: a cheap generator of the thread will do.
    private static Response roundRobin(Response response) {
        return response.shuffle(ThreadLocalRandom.current().nextLong() | 1);
    }

    private static void prefer(Directive property, List<Cidr> preferred) {
        if (!property.name().equals("prefer")) {
            throw property.unknown("prefer");
        }
        var arguments = property.arguments("CIDR...");
        while (arguments.hasNext()) {
            preferred.add(arguments.cidr("CIDR"));
        }
    }

    private static UnaryOperator<Response> weighted(
            Directive directive, Arguments arguments, ServerBlock block) {
        var path = block.file(arguments.text("weight file"));
        var reload = RELOAD_DEFAULT;
        for (var property : directive.properties()) {
            if (!property.name().equals("reload")) {
                throw property.unknown("reload");
            }
            var words = property.arguments("DURATION");
            reload = words.duration("reload duration", Duration.ZERO);
            words.expectEnd();
        }
        var file = new WeightFile(path, reload, block.log("loadbalance"), block.time());
        block.onStart(file::start);
        block.onStop(file::stop);
        return response -> file.weights().reorder(response, block.random());
    }

    private static UnaryOperator<Response> inOrder(
            UnaryOperator<Response> policy, Preference preference) {
        return response -> preference.reorder(policy.apply(response));
    }

    private static Handler handler(UnaryOperator<Response> reorder) {
        UnaryOperator<Response> change =
                response -> isEligible(response) ? reorder.apply(response) : response;
        return (query, next) -> next.handle(query).map(change);
    }

    // The order of a transfer has a meaning (RFC 5936, section 2.2).
    private static boolean isEligible(Response response) {
        int type = response.query().type();
        return response.rcode() == Rcode.NOERROR && type != Type.AXFR && type != Type.IXFR;
    }
}
