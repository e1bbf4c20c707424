package dev.onoma.plugins.autopath;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.api.Failure;
import dev.onoma.api.Next;
import dev.onoma.api.Outcome;
import dev.onoma.testkit.Bench;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;

final class AutopathTest {
    @TempDir private Path folder = Path.of("");

    private final Bench bench = new Bench(".");
    private final List<String> asked = new ArrayList<>();

    private Autopath search(String line) throws IOException {
        Files.writeString(folder.resolve("resolv.conf"), line + "\n");
        return new Autopath();
    }

    private String directive() {
        return "autopath " + folder.resolve("resolv.conf");
    }

    /// A chain that knows some names and denies the others.
    private Next knowing(Map<String, String> addresses) {
        return query -> {
            asked.add(query.name().toString());
            var address = addresses.get(query.name().toString());
            return address == null
                    ? query.reply().rcode(Rcode.NXDOMAIN).build()
                    : query.reply()
                            .answer(
                                    new ARecord(
                                            query.name(),
                                            DClass.IN,
                                            30,
                                            InetAddress.ofLiteral(address)))
                            .build();
        };
    }

    @Test
    void theWalkEndsWithTheFirstNameThatExists() throws IOException {
        var handler = bench.setup(search("search a.test b.test c.test"), directive());
        var query = bench.query("www.a.test.", "A");
        var outcome =
                handler.handle(query, knowing(Map.of("www.b.test.", "192.0.2.1", "www.", "::1")));
        assertThat(asked).containsExactly("www.a.test.", "www.b.test.");
        assertThat(bench.encoded(query, outcome).getSection(Section.ANSWER))
                .extracting(Object::toString)
                .containsExactly(
                        "www.a.test.\t\t30\tIN\tCNAME\twww.b.test.",
                        "www.b.test.\t\t30\tIN\tA\t192.0.2.1");
        assertThat(
                        bench.metrics()
                                .registry()
                                .getSampleValue(
                                        "coredns_autopath_success_total",
                                        new String[] {"server"},
                                        new String[] {query.server()}))
                .isEqualTo(1);
    }

    @Test
    void whenNothingExistsTheFirstDenialIsTheAnswer() throws IOException {
        var handler = bench.setup(search("search a.test b.test"), directive());
        var query = bench.query("www.a.test.", "A");
        var message = bench.encoded(query, handler.handle(query, knowing(Map.of())));
        assertThat(asked).containsExactly("www.a.test.", "www.b.test.", "www.");
        assertThat(message.getRcode()).isEqualTo(Rcode.NXDOMAIN);
        assertThat(message.getQuestion().getName()).hasToString("www.a.test.");
    }

    @Test
    void troubleEndsTheWalk() throws IOException {
        var handler = bench.setup(search("search a.test b.test"), directive());
        var trouble = Outcome.failed(new Failure.NotSynced("somebody"));
        Next next =
                query ->
                        query.name().toString().equals("www.b.test.")
                                ? trouble
                                : query.reply().rcode(Rcode.NXDOMAIN).build();
        assertThat(handler.handle(bench.query("www.a.test.", "A"), next)).isEqualTo(trouble);
    }

    @Test
    void answersMayComeLater() throws Exception {
        var handler = bench.setup(search("search a.test b.test"), directive());
        var now = knowing(Map.of("www.b.test.", "192.0.2.1"));
        Next later =
                query -> new Outcome.Later(CompletableFuture.completedFuture(now.handle(query)));
        var query = bench.query("www.a.test.", "A");
        var outcome = handler.handle(query, later).toStage().toCompletableFuture().get();
        assertThat(bench.encoded(query, outcome).getSection(Section.ANSWER)).hasSize(2);
    }

    @Test
    void aNameThatBecomesTooLongIsLeftOut() throws IOException {
        var label = "a".repeat(63);
        var handler = bench.setup(search("search a.test " + label + ".example.test"), directive());
        var name = "b".repeat(60) + "." + "c".repeat(60) + "." + "d".repeat(60) + ".a.test.";
        var query = bench.query(name, "A");
        var outcome = handler.handle(query, knowing(Map.of()));
        assertThat(asked).containsExactly(name, name.replace("a.test.", ""));
        assertThat(bench.encoded(query, outcome).getRcode()).isEqualTo(Rcode.NXDOMAIN);
    }

    @Test
    void withoutASearchLineThereIsNothingToDo() throws IOException {
        var handler = bench.setup(search("nameserver 192.0.2.53"), directive());
        var query = bench.query("www.a.test.", "A");
        var outcome = handler.handle(query, knowing(Map.of()));
        assertThat(bench.encoded(query, outcome).getRcode()).isEqualTo(Rcode.NXDOMAIN);
        assertThat(asked).hasSize(1);
        assertThat(bench.warnings()).singleElement().asString().contains("does nothing");
    }
}
