package dev.onoma.server.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.Directive;
import dev.onoma.api.Handler;
import dev.onoma.api.Plugin;
import dev.onoma.api.ServerBlock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class PluginOrderTest {
    private static final List<String> OURS =
            List.of(
                    "admin",
                    "cookies",
                    "rrl",
                    "blocklist",
                    "finalize",
                    "alternate",
                    "fanout",
                    "dynupdate");

    private record Placed(String name, Optional<String> before, Optional<String> after)
            implements Plugin {
        @Override
        public Handler setup(Directive directive, ServerBlock block) {
            return Handler.PASS;
        }
    }

    private record Twin(String name) implements Plugin {
        @Override
        public Handler setup(Directive directive, ServerBlock block) {
            return Handler.PASS;
        }
    }

    private static Plugin plugin(String name, String before, String after) {
        return new Placed(
                name,
                Optional.of(before).filter(s -> !s.isEmpty()),
                Optional.of(after).filter(s -> !s.isEmpty()));
    }

    @Test
    void othersStandWhereTheyAsk() {
        var order =
                PluginOrder.of(
                        List.of(
                                plugin("whoami", "", ""),
                                plugin("cache", "", ""),
                                plugin("note", "cache", ""),
                                plugin("later", "", "note")));
        assertThat(order.names()).containsExactly("note", "later", "cache", "whoami");
    }

    @Test
    void aPlaceThatThereIsNotIsAMistakeWithASentence() {
        assertThatThrownBy(() -> PluginOrder.of(List.of(plugin("note", "nosuch", ""))))
                .hasMessageContaining("\"note\"")
                .hasMessageContaining("nosuch");
        assertThatThrownBy(() -> PluginOrder.of(List.of(plugin("note", "", ""))))
                .hasMessageContaining("before()");
    }

    @Test
    void twoOfOneNameCollide() {
        assertThatThrownBy(() ->
                        PluginOrder.of(List.of(plugin("note", "cache", ""), new Twin("note"))))
                .hasMessageContaining("two plugins are called \"note\"");
    }

    @Test
    void thePluginsOfCoreDnsStandInItsOrder() {
        var theirs = new ArrayList<>(PluginOrder.standard());
        theirs.removeAll(OURS);
        assertThat(theirs)
                .hasSize(60)
                .startsWith("root", "metadata")
                .endsWith("view", "nomad")
                .containsSubsequence("errors", "cache", "hosts", "kubernetes", "forward");
    }
}
