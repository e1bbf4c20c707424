package dev.onoma.plugins.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AddressTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.1, 10.0.0.1",
        "255.255.255.255, 255.255.255.255",
        "::, ::",
        "::1, ::1",
        "fd00:1::, fd00:1::",
        "FD00:0:0:1:0:0:0:1, fd00:0:0:1::1",
        "1234:abcd::1, 1234:abcd::1",
        "1:2:3:4:5:6:7:8, 1:2:3:4:5:6:7:8",
        "1:0:3:4:5:6:7:8, 1:0:3:4:5:6:7:8",
        "64:ff9b::10.0.0.1, 64:ff9b::a00:1",
        "::ffff:10.0.0.1, 10.0.0.1",
    })
    void addressesAreReadAndWrittenInTheirShortestForm(String text, String expected) {
        assertThat(Address.parse(text)).map(Address::toString).contains(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "10.0.0",
                "10.0.0.01",
                "10.0.0.256",
                "10.0.0.1.",
                "host",
                ":::",
                "1::2::3",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "fe80::1%eth0",
                "12345::",
                "::1.2.3",
                "1.2.3.4::"
            })
    void otherTextsAreNoAddresses(String text) {
        assertThat(Address.parse(text)).isEmpty();
    }

    @Test
    void octetsAndAddressesAreTheSameThing() {
        for (var text : new String[] {"10.1.2.3", "fd00::1:2"}) {
            var address = Address.parse(text).orElseThrow();
            assertThat(Address.of(address.octets())).isEqualTo(address);
        }
    }

    @Test
    void allocatedAddressesAreDistinctStableAndInTheRange() {
        var range = AddressRange.parse("10.9.0.0/22").orElseThrow();
        var first = new AddressAllocator(range);
        var second = new AddressAllocator(range);
        var seen = new HashSet<Address>();
        for (int i = 0; i < range.size(); i++) {
            var address = first.allocate("ns/pod-" + i).orElseThrow();
            assertThat(range.contains(address)).isTrue();
            assertThat(seen.add(address)).isTrue();
            assertThat(second.allocate("ns/pod-" + i)).contains(address);
        }
        assertThat(first.allocate("ns/one-more")).isEmpty();
    }

    @Test
    void chosenAddressesAreNotGivenOut() {
        var range = AddressRange.parse("10.9.0.0/27").orElseThrow();
        var free = new AddressAllocator(range).allocate("a").orElseThrow();
        var allocator = new AddressAllocator(range);
        allocator.reserve(free);
        assertThat(allocator.allocate("a")).isPresent().get().isNotEqualTo(free);
    }
}
