package dev.onoma.plugins.hosts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.Handler;
import dev.onoma.api.Outcome;
import dev.onoma.testkit.Bench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

final class HostsTest {
    private final Bench bench = new Bench("example.org.", "10.in-addr.arpa.");
    @TempDir Path directory;

    private Handler hosts(String block) throws Exception {
        return hosts("", "", block);
    }

    private Handler hosts(String file, String zones, String block) throws IOException, Exception {
        bench.root(directory);
        Files.writeString(directory.resolve("hosts"), file);
        return bench.start(new Hosts(), "hosts hosts %s {\n%s\n}".formatted(zones, block));
    }

    private List<String> answers(Handler hosts, String name, String type) {
        var answer = bench.answer(hosts, name, type);
        assertThat(answer.getHeader().getFlag(Flags.AA)).isTrue();
        assertThat(answer.getRcode()).isEqualTo(Rcode.NOERROR);
        assertThat(answer.getSection(Section.AUTHORITY)).isEmpty();
        return answer.getSection(Section.ANSWER).stream().map(Record::rdataToString).toList();
    }

    private boolean goesOn(Handler hosts, String name, String type) {
        return hosts.handle(bench.query(name, type), Bench.NOTHING) instanceof Outcome.Failed;
    }

    @Test
    void addressesOfBothFamiliesAreFoundInTheSpellingOfTheClient() throws Exception {
        var hosts =
                hosts("10.0.0.1 A.example.org\n2001:db8::1%eth0 a.example.org.\n", "", "ttl 60");
        assertThat(Bench.records(bench.answer(hosts, "A.Example.ORG.", "A"), Section.ANSWER))
                .containsExactly("A.Example.ORG. 60 IN A 10.0.0.1");
        assertThat(answers(hosts, "a.example.org.", "AAAA"))
                .containsExactly("2001:db8:0:0:0:0:0:1");
    }

    @Test
    void repeatedLinesAddUpAndTheFileComesFirst() throws Exception {
        var hosts =
                hosts(
                        "10.0.0.1 a.example.org b.example.org\n10.0.0.2 a.example.org\n"
                                + "10.0.0.1 a.example.org # again\n\n::ffff:10.0.0.9 a.example.org",
                        "",
                        "10.0.0.3 a.example.org");
        assertThat(answers(hosts, "a.example.org.", "A"))
                .containsExactly("10.0.0.1", "10.0.0.2", "10.0.0.1", "10.0.0.9", "10.0.0.3");
        assertThat(answers(hosts, "1.0.0.10.in-addr.arpa.", "PTR"))
                .containsExactly("a.example.org.", "b.example.org.", "a.example.org.");
    }

    @Test
    void aKnownNameHasNoOtherTypes() throws Exception {
        var hosts = hosts("10.0.0.1 a.example.org");
        assertThat(answers(hosts, "a.example.org.", "AAAA")).isEmpty();
        assertThat(answers(hosts, "a.example.org.", "HTTPS")).isEmpty();
    }

    @Test
    void anUnknownNameIsAFailureUnlessItFallsThrough() throws Exception {
        var hosts = hosts("10.0.0.1 a.example.org\nfallthrough sub.example.org");
        assertThat(bench.answer(hosts, "b.example.org.", "A").getRcode()).isEqualTo(Rcode.SERVFAIL);
        assertThat(goesOn(hosts, "b.sub.example.org.", "A")).isTrue();
        assertThat(goesOn(hosts, "elsewhere.test.", "A")).isTrue();
    }

    @Test
    void otherTypesOfKnownNamesGoOnWhenAsked() throws Exception {
        var hosts = hosts("10.0.0.1 a.example.org\nfallthrough\nfallthrough_unsupported");
        assertThat(goesOn(hosts, "a.example.org.", "TXT")).isTrue();
        assertThat(answers(hosts, "a.example.org.", "AAAA")).isEmpty();
    }

    @Test
    void otherClassesGoOn() throws Exception {
        var hosts = hosts("10.0.0.1 a.example.org");
        var chaos = bench.query(Bench.message("a.example.org.", "A", DClass.CH));
        assertThat(hosts.handle(chaos, Bench.NOTHING)).isInstanceOf(Outcome.Failed.class);
    }

    @Test
    void wildcardsStandForOneLabelPerFamilyAndSource() throws Exception {
        var hosts =
                hosts(
                        "10.0.0.1 *.example.org\n2001:db8::1 a.example.org\n10.0.0.2 b.example.org",
                        "",
                        "10.0.0.3 *.example.org");
        assertThat(answers(hosts, "x.example.org.", "A")).containsExactly("10.0.0.1", "10.0.0.3");
        assertThat(answers(hosts, "a.example.org.", "A")).containsExactly("10.0.0.1", "10.0.0.3");
        assertThat(answers(hosts, "b.example.org.", "A")).containsExactly("10.0.0.2", "10.0.0.3");
        assertThat(answers(hosts, "a.example.org.", "AAAA")).hasSize(1);
        assertThat(answers(hosts, "*.example.org.", "A")).hasSize(2);
        assertThat(bench.answer(hosts, "y.x.example.org.", "A").getRcode())
                .isEqualTo(Rcode.SERVFAIL);
        assertThat(goesOn(hosts, "1.0.0.10.in-addr.arpa.", "PTR")).isTrue();
    }

    @Test
    void reverseNamesAreFoundWhateverTheZones() throws Exception {
        var hosts =
                hosts(
                        "192.0.2.1 a.example.org\n2001:db8::567:89ab a.example.org\n10.1.2.3 x.test",
                        "example.org",
                        "");
        assertThat(answers(hosts, "1.2.0.192.in-addr.arpa.", "PTR"))
                .containsExactly("a.example.org.");
        var six = "b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.B.D.0.1.0.0.2.IP6.arpa.";
        assertThat(answers(hosts, six, "PTR")).containsExactly("a.example.org.");
        var mapped = "1.0.2.0.0.0.0.c.f.f.f.f." + "0.".repeat(20) + "ip6.arpa.";
        assertThat(answers(hosts, mapped, "PTR")).containsExactly("a.example.org.");
        assertThat(answers(hosts, "1.2.0.192.in-addr.arpa.", "PTR"))
                .containsExactly("a.example.org.");
        assertThat(goesOn(hosts, "3.2.1.10.in-addr.arpa.", "PTR")).isTrue();
        for (var name :
                List.of(
                        "2.0.192.in-addr.arpa.",
                        "01.2.0.192.in-addr.arpa.",
                        "256.2.0.192.in-addr.arpa.")) {
            assertThat(goesOn(hosts, name, "PTR")).isTrue();
        }
    }

    @Test
    void reverseNamesCanBeLeftOut() throws Exception {
        var hosts = hosts("10.0.0.1 a.example.org\nno_reverse");
        assertThat(goesOn(hosts, "1.0.0.10.in-addr.arpa.", "PTR")).isTrue();
    }

    @Test
    void namesThatShareAnAddressDoNotShareTheirReverseAnswers() throws Exception {
        var hosts = hosts("192.0.2.1 1.0.10.in-addr.arpa\n10.0.0.1 1.0.10.in-addr.arpa");
        assertThat(answers(hosts, "1.2.0.192.in-addr.arpa.", "PTR"))
                .containsExactly("1.0.10.in-addr.arpa.");
        assertThat(answers(hosts, "1.0.0.10.in-addr.arpa.", "PTR"))
                .containsExactly("1.0.10.in-addr.arpa.");
    }

    @Test
    void aNameWithMoreAddressesThanFitIsCutAndNothingBreaks() throws Exception {
        var file = new StringBuilder();
        for (int i = 0; i < 5000; i++) {
            file.append("10.1.%d.%d a.example.org\n".formatted(i >> 8, i & 255));
            file.append("10.9.9.9 n%d.example.org\n".formatted(i));
        }
        var hosts = hosts(file.toString(), "", "");
        var query = bench.query("a.example.org.", "A");
        var outcome = (Outcome.Reply) hosts.handle(query, Bench.NOTHING);
        assertThat(outcome.response().count(Section.ANSWER)).isEqualTo(4096);
        var reverse = bench.query("9.9.9.10.in-addr.arpa.", "PTR");
        var names = (Outcome.Reply) hosts.handle(reverse, Bench.NOTHING);
        assertThat(names.response().count(Section.ANSWER)).isGreaterThan(2000);
        assertThat(answers(hosts, "n4999.example.org.", "A")).containsExactly("10.9.9.9");
    }

    @Test
    void brokenLinesOfTheCorefileAreWarnedAbout() throws Exception {
        var hosts =
                hosts(
                        "10.0.0.1 a.example.org a..example.org\n10.0.0 b.example.org\n10.0.0.2\ntll 30");
        assertThat(answers(hosts, "a.example.org.", "A")).hasSize(1);
        assertThat(bench.warnings())
                .satisfiesExactly(
                        w -> assertThat(w).contains("\"a..example.org\" is no domain name"),
                        w -> assertThat(w).contains("\"10.0.0\" is no IP address"),
                        w -> assertThat(w).contains("there is no name behind the address"),
                        w -> assertThat(w).contains("\"tll\" is no IP address"));
    }

    @Test
    void aMissingFileAndADirectoryAreWarnedAbout() throws Exception {
        bench.root(directory);
        bench.start(new Hosts(), "hosts nosuch");
        bench.start(new Hosts(), "hosts .");
        assertThat(bench.warnings())
                .satisfiesExactly(
                        w ->
                                assertThat(w)
                                        .contains(
                                                "plugin/hosts: File does not exist: "
                                                        + directory.resolve("nosuch")),
                        w ->
                                assertThat(w)
                                        .contains("plugin/hosts: Hosts file \"")
                                        .contains("is a directory"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ttl | ttl is missing",
                "ttl x | ttl is a whole number from 1 to 65535, not \"x\"",
                "ttl 0 | ttl is a whole number from 1 to 65535, not 0",
                "ttl 65536 | ttl is a whole number from 1 to 65535, not 65536",
                "reload | reload is missing",
                "reload x | reload is a duration such as 500ms",
                "reload -1s | reload is a duration of at least 0s, not -1s",
                "reload 1s 2s | \"2s\" is one word too many",
                "fallthrough ; tll 1 | there is no property \"tll\"",
                "fallthrough ; 10.0.0.1 a.example.org | lines with addresses must come before fallthrough",
                "fallthrough_unsupported | fallthrough_unsupported requires fallthrough",
                "fallthrough_unsupported x | \"fallthrough_unsupported\" takes no arguments",
            })
    void mistakesAreExplained(String block, String message) {
        assertThatThrownBy(() -> hosts(block.replace(";", "\n")))
                .hasMessageContaining("plugin/hosts: " + message);
    }

    @Test
    void aFileThatCannotBeLookedAtIsAMistakeAndTwoDirectivesAreOne() {
        bench.root(directory);
        assertThatThrownBy(() -> bench.setup(new Hosts(), "hosts " + "x".repeat(300)))
                .hasMessageContaining("plugin/hosts: unable to access hosts file");
        assertThatThrownBy(() -> bench.setup(new Hosts(), "hosts\nhosts"))
                .hasMessageContaining("this plugin can only be used once per Server Block");
    }
}
