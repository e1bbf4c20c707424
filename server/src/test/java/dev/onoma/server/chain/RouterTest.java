package dev.onoma.server.chain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.api.Handler;
import dev.onoma.api.Names;
import dev.onoma.api.Next;
import dev.onoma.api.Outcome;
import dev.onoma.api.Query;
import dev.onoma.server.wire.TestContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

final class RouterTest {
    private static Route route(String zone) {
        return route(zone, zone, null);
    }

    private static Route route(String zone, String says, @Nullable Predicate<Query> filter) {
        Next chain = _ -> Outcome.dropped(says);
        return new Route(Names.of(zone), zone, "", filter, null, chain, null, null, false);
    }

    private static String answer(List<Route> routes, String name, int type, int dclass) {
        var packet = Message.newQuery(Record.newRecord(Names.of(name), type, dclass)).toWire();
        var outcome = new Router("dns://:53", routes).handle(TestContext.query(packet));
        return outcome instanceof Outcome.Dropped(var reason) ? reason : "refused";
    }

    private static String answer(List<Route> routes, String name) {
        return answer(routes, name, Type.A, DClass.IN);
    }

    @Test
    void theLongestZoneAnswers() {
        var few = List.of(route("."), route("org."), route("example.org."));
        var many = new ArrayList<>(few);
        for (int i = 0; i < 500; i++) {
            many.add(route("z" + i + ".test."));
        }
        for (var routes : List.of(few, many)) {
            assertThat(answer(routes, "WWW.Example.org.")).isEqualTo("example.org.");
            assertThat(answer(routes, "anexample.org.")).isEqualTo("org.");
            assertThat(answer(routes, ".")).isEqualTo(".");
        }
        assertThat(answer(many, "a.z499.test.")).isEqualTo("z499.test.");
        assertThat(answer(List.of(route("org.")), "example.net.")).isEqualTo("refused");
    }

    @Test
    void aViewThatRefusesLeavesTheQueryToTheNextBlockOrToAShorterZone() {
        var routes =
                List.of(
                        route("example.org.", "first", q -> q.type() == Type.AAAA),
                        route("example.org.", "second", q -> q.type() == Type.A),
                        route("org."));
        assertThat(answer(routes, "example.org.", Type.AAAA, DClass.IN)).isEqualTo("first");
        assertThat(answer(routes, "example.org.", Type.A, DClass.IN)).isEqualTo("second");
        assertThat(answer(routes, "example.org.", Type.TXT, DClass.IN)).isEqualTo("org.");
    }

    @Test
    void aDsQuestionBelongsToTheParent() {
        var routes = List.of(route("."), route("org."), route("example.org."));
        assertThat(answer(routes, "example.org.", Type.DS, DClass.IN)).isEqualTo("org.");
        assertThat(answer(routes, "net.", Type.DS, DClass.IN)).isEqualTo(".");
    }

    @Test
    void otherClassesAreForThoseWhoAskForThem() {
        assertThat(answer(List.of(route(".")), "version.bind.", Type.TXT, DClass.CH))
                .isEqualTo("refused");
    }

    @Test
    void theEndOfAChainIsAFailureThatNamesTheLastPlugin() {
        Handler pass = (query, next) -> next.handle(query);
        var chain = Link.chain(List.of(Map.entry("cache", pass)), Mistakes.SILENT);
        var packet = Message.newQuery(Record.newRecord(Names.of("a."), Type.A, DClass.IN)).toWire();
        assertThat(chain.handle(TestContext.query(packet)))
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        f ->
                                assertThat(f.failure().explain())
                                        .isEqualTo("plugin/cache: no next plugin found"));
    }
}
