package org.example.note;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.api.Plugin;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

final class NoteTest {
    @Test
    void serverFindsThePluginByItsServiceFile() {
        assertThat(ServiceLoader.load(Plugin.class))
                .singleElement()
                .extracting(Plugin::name)
                .isEqualTo("note");
    }
}
