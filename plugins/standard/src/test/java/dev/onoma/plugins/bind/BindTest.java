package dev.onoma.plugins.bind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.Addresses;
import dev.onoma.api.BindAddresses;
import dev.onoma.testkit.Bench;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BindTest {
    private final Bench bench = new Bench(".");
    private final Bind bind =
            new Bind(() -> Map.of("lo", ips("127.0.0.1", "::1"), "eth0", ips("192.0.2.1")));

    private static List<InetAddress> ips(String... texts) {
        return List.of(texts).stream().map(InetAddress::ofLiteral).toList();
    }

    private List<String> bound(String directives) {
        bench.setup(bind, directives);
        return bench.setting(BindAddresses.class).orElseThrow().addresses().stream()
                .map(Addresses::text)
                .toList();
    }

    @Test
    void interfacesStandForAllTheirAddresses() {
        assertThat(bound("bind lo 192.0.2.9")).containsExactly("127.0.0.1", "::1", "192.0.2.9");
    }

    @Test
    void severalDirectivesAddUpAndExceptConcernsItsOwn() {
        assertThat(bound("bind lo {\n except ::1\n}\nbind eth0 ::1"))
                .containsExactly("127.0.0.1", "192.0.2.1", "::1");
        assertThat(bound("bind lo eth0 {\n except lo\n}")).containsExactly("192.0.2.1");
    }

    @Test
    void thisMachineHasALoopbackInterface() {
        assertThat(Interfaces.OF_THIS_MACHINE.names()).isNotEmpty();
        var all = Interfaces.OF_THIS_MACHINE.all().values().stream().flatMap(List::stream);
        assertThat(all.anyMatch(InetAddress::isLoopbackAddress)).isTrue();
        assertThat(Interfaces.OF_THIS_MACHINE.addresses("no such interface")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "bind | Corefile:1:1: plugin/bind: at least one address or interface name is",
                "bind a.example. | Corefile:1:6: plugin/bind: not a valid IP address or interface",
                "bind wlan0 | the interfaces with addresses are: eth0, lo",
                "bind lo {; except; } | Corefile:2:2: plugin/bind: at least one address or interface",
                "bind lo {; except x; } | Corefile:2:9: plugin/bind: not a valid IP address or",
                "bind lo {; exept lo; } | Corefile:2:2: plugin/bind: there is no property \"exept\"",
                "bind lo {; except lo; } | Corefile:1:1: plugin/bind: no address is left to listen on",
                "bind lo 127.0.0.1 | Corefile:1:1: plugin/bind: 127.0.0.1 is bound twice",
                "bind ::1; bind lo | Corefile:2:2: plugin/bind: ::1 is bound twice",
            })
    void mistakesInACorefileArePointedAt(String directive, String message) {
        assertThatThrownBy(() -> bench.setup(bind, directive.replace(";", "\n")))
                .hasMessageContaining(message);
    }
}
