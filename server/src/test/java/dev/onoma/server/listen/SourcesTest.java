package dev.onoma.server.listen;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;

/// Where clients come from.
final class SourcesTest {
    private final Sources sources = new Sources();

    private int add(String address) {
        return sources.add(InetAddress.ofLiteral(address));
    }

    @Test
    void anAddressOfIpv4IsASource() {
        assertThat(add("192.0.2.1")).isEqualTo(1);
        assertThat(add("192.0.2.1")).isEqualTo(2);
        assertThat(add("192.0.2.2")).isEqualTo(1);
    }

    @Test
    void aNetworkOfIpv6IsASource() {
        assertThat(add("2001:db8::1")).isEqualTo(1);
        assertThat(add("2001:db8::ffff:2")).isEqualTo(2);
        assertThat(add("2001:db8:0:1::1")).isEqualTo(1);
    }

    @Test
    void whoLeavesIsForgotten() {
        add("192.0.2.1");
        add("192.0.2.1");
        add("2001:db8::1");
        assertThat(sources.total()).isEqualTo(3);
        assertThat(sources.largest()).isEqualTo(2);
        sources.remove(InetAddress.ofLiteral("192.0.2.1"));
        sources.remove(InetAddress.ofLiteral("2001:db8::2"));
        assertThat(sources.total()).isEqualTo(1);
        assertThat(add("2001:db8::1")).isEqualTo(1);
    }
}
