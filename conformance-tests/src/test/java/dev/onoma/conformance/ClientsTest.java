package dev.onoma.conformance;

import static dev.onoma.conformance.Tools.run;
import static dev.onoma.conformance.Tools.tool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.onoma.testkit.Cluster;
import dev.onoma.testkit.Ports;
import dev.onoma.testkit.Subject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Hashtable;
import java.util.Optional;
import javax.naming.Context;
import javax.naming.NamingException;
import javax.naming.directory.InitialDirContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Clients that people use get their answers: dig, kdig, drill, nslookup, dnspython and the JDK's.
///
/// The subject is [Subjects#chosen]. A tool that is not installed skips its test; the message names
/// the package.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ClientsTest {
    private static final String COREFILE =
            """
            test in-addr.arpa {
                nsid onoma
                hosts hosts.txt
            }
            """;

    private Optional<Subject.Running> running = Optional.empty();
    private int port;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        var hosts = new StringBuilder("192.0.2.1 a.test\n2001:db8::1 a.test\n");
        for (int i = 0; i < 200; i++) {
            hosts.append("10.0.0.").append(i).append(" many.test\n");
        }
        Files.writeString(folder.resolve("hosts.txt"), hosts);
        port = Ports.free();
        var setup = new Subject.Setup(folder, COREFILE, port, Cluster.none(folder));
        running = Optional.of(Subjects.start(Subjects.chosen(), setup));
    }

    @AfterAll
    void stop() throws IOException {
        if (running.isPresent()) {
            running.get().close();
        }
    }

    @Test
    void digGetsAddressesOverUdpAndTcp() throws Exception {
        var dig = tool("dig", "bind9-dnsutils");
        assertThat(run(dig, "@127.0.0.1", "-p", "" + port, "+norec", "a.test", "A"))
                .contains("status: NOERROR", "192.0.2.1", "EDNS: version: 0")
                .doesNotContain("WARNING");
        assertThat(run(dig, "@127.0.0.1", "-p", "" + port, "+tcp", "+short", "a.test", "AAAA"))
                .isEqualTo("2001:db8::1\n");
        assertThat(run(dig, "@127.0.0.1", "-p", "" + port, "+nsid", "a.test"))
                .contains("(\"onoma\")");
    }

    @Test
    void digAsksAgainOverTcpWhenTheAnswerIsTruncated() throws Exception {
        var dig = tool("dig", "bind9-dnsutils");
        var answer = run(dig, "@127.0.0.1", "-p", "" + port, "+bufsize=512", "+short", "many.test");
        assertThat(answer.lines()).hasSize(200);
    }

    @Test
    void digAsksManyQuestionsOnOneConnection() throws Exception {
        var dig = tool("dig", "bind9-dnsutils");
        var answer =
                run(
                        dig,
                        "@127.0.0.1",
                        "-p",
                        "" + port,
                        "+tcp",
                        "+keepopen",
                        "+short",
                        "a.test",
                        "A",
                        "a.test",
                        "AAAA",
                        "a.test",
                        "A");
        assertThat(answer.lines()).containsExactly("192.0.2.1", "2001:db8::1", "192.0.2.1");
    }

    @Test
    void kdigGetsAddresses() throws Exception {
        var kdig = tool("kdig", "knot-dnsutils");
        assertThat(run(kdig, "@127.0.0.1", "-p", "" + port, "+edns", "+norec", "a.test", "A"))
                .contains("status: NOERROR", "192.0.2.1")
                .doesNotContain("WARNING");
        assertThat(run(kdig, "@127.0.0.1", "-p", "" + port, "+tcp", "+short", "a.test", "AAAA"))
                .isEqualTo("2001:db8::1\n");
    }

    @Test
    void drillGetsAddresses() throws Exception {
        var drill = tool("drill", "ldnsutils");
        assertThat(run(drill, "-p", "" + port, "a.test", "@127.0.0.1"))
                .contains("rcode: NOERROR", "192.0.2.1");
        assertThat(run(drill, "-t", "-p", "" + port, "a.test", "@127.0.0.1", "AAAA"))
                .contains("2001:db8::1");
    }

    @Test
    void nslookupGetsBothFamilies() throws Exception {
        var nslookup = tool("nslookup", "bind9-dnsutils");
        assertThat(run(nslookup, "-port=" + port, "a.test", "127.0.0.1"))
                .contains("Address: 192.0.2.1", "Address: 2001:db8::1")
                .doesNotContain("NXDOMAIN", "SERVFAIL");
        assertThat(run(nslookup, "-port=" + port, "192.0.2.1", "127.0.0.1"))
                .contains("name = a.test.");
    }

    @Test
    void dnspythonReadsWhatIsSentOctetForOctet() throws Exception {
        var python = tool("python3", "python3");
        var installed = new ProcessBuilder(python, "-c", "import dns.query").start().waitFor() == 0;
        assumeTrue(installed, "no dnspython: pip install dnspython");
        var script =
                """
                import dns.message, dns.query, dns.edns, sys
                port = int(sys.argv[1])
                query = dns.message.make_query('A.tEsT.', 'A', use_edns=0, payload=1232,
                    want_dnssec=True, options=[dns.edns.GenericOption(3, b'')])
                for ask in (dns.query.udp, dns.query.tcp):
                    reply = ask(query, '127.0.0.1', port=port, timeout=5)
                    print(reply.rcode(), reply.answer[0][0], reply.ednsflags >> 15, reply.edns,
                        reply.question[0].name)
                truncated = dns.query.udp(dns.message.make_query('many.test.', 'A'), '127.0.0.1',
                    port=port, timeout=5)
                whole = dns.query.tcp(dns.message.make_query('many.test.', 'A'), '127.0.0.1',
                    port=port, timeout=5)
                print(bool(truncated.flags & dns.flags.TC), len(whole.answer[0]))
                """;
        assertThat(run(python, "-c", script, "" + port))
                .isEqualTo("0 192.0.2.1 1 0 A.tEsT.\n0 192.0.2.1 1 0 A.tEsT.\nTrue 200\n");
    }

    // JNDI takes a Hashtable, and is dangerous with what strangers send; here it is our own server.
    @SuppressWarnings({"BanJNDI", "JdkObsolete"})
    @Test
    void theResolverOfTheJdkGetsAddresses() throws Exception {
        var environment = new Hashtable<String, String>();
        environment.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.dns.DnsContextFactory");
        environment.put(Context.PROVIDER_URL, "dns://127.0.0.1:" + port);
        var context = new InitialDirContext(environment);
        try {
            var a = context.getAttributes("a.test", new String[] {"A"});
            assertThat(a.get("A").get()).isEqualTo("192.0.2.1");
            // 200 addresses do not fit a datagram: it must come back over TCP.
            var many = context.getAttributes("many.test", new String[] {"A"});
            assertThat(many.get("A").size()).isEqualTo(200);
        } finally {
            close(context);
        }
    }

    private static void close(InitialDirContext context) throws NamingException {
        context.close();
    }
}
