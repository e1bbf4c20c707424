package dev.onoma.server.corefile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.api.CorefileException.Problem;
import dev.onoma.api.CorefileWarning;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class OverlapsTest {
    private final List<CorefileWarning> warnings = new ArrayList<>();

    /// Each text is a line of keys, ` on HOSTS`, ` view`.
    private List<String> check(String... blocks) {
        var uses = new ArrayList<Overlaps.Use>();
        for (var block : blocks) {
            var words = block.replace(" view", "").split(" on ", -1);
            var corefile =
                    CorefileParser.parse(
                            new CorefileSource.Text("Corefile", words[0], Path.of("/Corefile")),
                            new CorefileParser.Options(List.of(), "53", Map.of()),
                            _ -> {});
            var hosts = words.length > 1 ? List.of(words[1].split(" ", -1)) : List.<String>of();
            uses.add(
                    new Overlaps.Use(corefile.blocks().getFirst(), hosts, block.contains(" view")));
        }
        return Overlaps.check(uses, warnings::add).stream().map(Problem::message).toList();
    }

    @Test
    void differentZonesPortsSchemesAndAddressesAreFine() {
        assertThat(check("a b", "c", "a:54", "tls://a")).isEmpty();
        assertThat(check("a on 127.0.0.1 ::1", "a on 127.0.0.2")).isEmpty();
        assertThat(warnings).isEmpty();
    }

    @Test
    void theSameZoneTwiceAtOneAddressIsRefused() {
        assertThat(check(".", "."))
                .containsExactly("cannot serve dns://.:53 - it is already defined");
        assertThat(check(". .:53"))
                .containsExactly("cannot serve dns://.:53 - it is already defined");
        assertThat(check("a.org on 127.0.0.1 127.0.0.1"))
                .containsExactly(
                        "cannot serve dns://a.org.:53 on 127.0.0.1 - it is already defined");
        assertThat(check("10.0.0.0/8", "10.in-addr.arpa"))
                .containsExactly("cannot serve dns://10.in-addr.arpa.:53 - it is already defined");
    }

    @Test
    void theSameZoneOnAllAddressesAndOnOneIsRefused() {
        assertThat(check("a.org on 127.0.0.1", "a.org"))
                .containsExactly(
                        "cannot serve dns://a.org.:53 - zone overlap listener capacity with"
                                + " dns://a.org.:53 on 127.0.0.1");
        assertThat(check("a.org", "a.org on 127.0.0.1"))
                .containsExactly(
                        "cannot serve dns://a.org.:53 on 127.0.0.1 - zone overlap listener capacity"
                                + " with dns://a.org.:53");
    }

    @Test
    void blocksWithAViewMayRepeatAZone() {
        assertThat(check("a view", "a view", "a", "a view")).isEmpty();
        assertThat(check("a", "a on 127.0.0.1 view")).hasSize(1);
    }

    @Test
    void differentZonesOnCompetingListenersAreAWarning() {
        assertThat(check("a on 127.0.0.1", "b")).isEmpty();
        assertThat(warnings)
                .map(CorefileWarning::message)
                .containsExactly(
                        "dns://b.:53 competes with the listener of another block on 127.0.0.1 for"
                                + " the same port; bind both, or neither");
    }
}
