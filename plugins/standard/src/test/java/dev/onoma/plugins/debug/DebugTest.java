package dev.onoma.plugins.debug;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.DebugMode;
import dev.onoma.api.Handler;
import dev.onoma.testkit.Bench;
import org.junit.jupiter.api.Test;

final class DebugTest {
    private final Bench bench = new Bench(".");

    @Test
    void debugIsASettingAndNoLinkOfTheChain() {
        assertThat(bench.setup(new Debug(), "debug")).isSameAs(Handler.PASS);
        assertThat(bench.setting(DebugMode.class)).isPresent();
    }

    @Test
    void argumentsAndBlocksAreMistakes() {
        assertThatThrownBy(() -> bench.setup(new Debug(), "debug on"))
                .hasMessageStartingWith(
                        "Corefile:1:7: plugin/debug: \"debug\" takes no arguments, \"on\" is one");
        assertThatThrownBy(() -> bench.setup(new Debug(), "debug {\n on\n}"))
                .hasMessageStartingWith("Corefile:2:2: plugin/debug: \"debug\" takes no block");
    }
}
