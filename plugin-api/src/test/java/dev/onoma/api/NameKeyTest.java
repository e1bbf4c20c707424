package dev.onoma.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Name;

final class NameKeyTest {
    private final Random random = new Random(1);

    @Test
    void namesAreComparedWithoutCase() {
        assertThat(key("WWW.Example.ORG.")).isEqualTo(key("www.example.org."));
        assertThat(key("www.example.org.").hash()).isEqualTo(key("WWW.EXAMPLE.org.").hash());
        assertThat(key("www.example.org.")).isNotEqualTo(key("www.example.com."));
    }

    @Test
    void onlyLettersChangeTheirCase() {
        for (int octet = 0; octet < 256; octet++) {
            byte[] wire = {1, (byte) octet, 0};
            var key = new NameKey();
            assertThat(key.read(wire, 0, 3)).isEqualTo(3);
            int lower = octet >= 'A' && octet <= 'Z' ? octet + 32 : octet;
            assertThat(key.octet(1) & 0xff).isEqualTo(lower);
        }
    }

    @Test
    void aSuffixHasTheHashOfTheNameItIs() {
        for (int i = 0; i < 1000; i++) {
            var key = NameKey.of(name());
            for (int label = 0; label <= key.labels(); label++) {
                var suffix = key.suffix(label);
                assertThat(key.suffixHash(label)).isEqualTo(suffix.hash());
                assertThat(suffix).isEqualTo(NameKey.of(suffix.name()));
                assertThat(key.isUnder(suffix)).isTrue();
                assertThat(suffix.isUnder(key)).isEqualTo(label == 0);
            }
        }
    }

    @Test
    void aKeyThatIsUsedAgainForgetsTheNameBefore() {
        var reused = new NameKey();
        for (int i = 0; i < 1000; i++) {
            var name = name();
            var wire = name.toWire();
            assertThat(reused.read(wire, 0, wire.length)).isEqualTo(wire.length);
            assertThat(reused).isEqualTo(NameKey.of(name));
        }
    }

    @Test
    void labelBoundariesMatter() {
        assertThat(key("anexample.org.").isUnder(key("example.org."))).isFalse();
        assertThat(key("a.example.org.").isUnder(key("."))).isTrue();
        assertThat(key("org.").isUnder(key("example.org."))).isFalse();
    }

    @Test
    void whatIsNoNameIsRefused() {
        var key = new NameKey();
        assertThat(key.read(new byte[] {3, 'a', 'b'}, 0, 3)).isEqualTo(-1);
        assertThat(key.read(new byte[] {(byte) 0xc0, 0}, 0, 2)).isEqualTo(-1);
        assertThat(key.read(new byte[] {0x41, 'a', 0}, 0, 3)).isEqualTo(-1);
        assertThat(key.read(new byte[] {}, 0, 0)).isEqualTo(-1);
        assertThat(key.read(longName(62), 0, 256)).isEqualTo(-1);
        assertThat(key.read(longName(61), 0, 255)).isEqualTo(255);
    }

    private static byte[] longName(int last) {
        var wire = new byte[3 * 64 + last + 2];
        wire[0] = 63;
        wire[64] = 63;
        wire[128] = 63;
        wire[192] = (byte) last;
        return wire;
    }

    private Name name() {
        var text = new StringBuilder();
        int labels = random.nextInt(6);
        for (int i = 0; i < labels; i++) {
            int length = 1 + random.nextInt(20);
            for (int j = 0; j < length; j++) {
                text.append((char) ((random.nextBoolean() ? 'a' : 'A') + random.nextInt(26)));
            }
            text.append('.');
        }
        return Names.of(text.isEmpty() ? "." : text.toString());
    }

    private static NameKey key(String name) {
        return NameKey.of(Names.of(name));
    }
}
