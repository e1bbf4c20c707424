package dev.onoma.server.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.api.Plugin;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Jars made by somebody else, dropped into a folder.
final class PluginFolderTest {
    @TempDir Path folder;
    @TempDir Path work;

    private void jar(String name, String body, boolean service) throws IOException {
        var source = work.resolve(name + ".java");
        Files.writeString(
                source,
                """
                package other;
                import dev.onoma.api.*;
                public final class NAME implements Plugin {
                    public String name() { return "NAME".toLowerCase(); }
                    public java.util.Optional<String> before() { return java.util.Optional.of("cache"); }
                    public Handler setup(Directive d, ServerBlock b) { BODY }
                }
                """
                        .replace("NAME", name)
                        .replace("BODY", body));
        int code =
                ToolProvider.getSystemJavaCompiler()
                        .run(
                                null,
                                null,
                                null,
                                "-proc:none",
                                "-nowarn",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "-d",
                                work.toString(),
                                source.toString());
        assertThat(code).isZero();
        try (var jar = new JarOutputStream(Files.newOutputStream(folder.resolve(name + ".jar")))) {
            jar.putNextEntry(new JarEntry("other/" + name + ".class"));
            jar.write(Files.readAllBytes(work.resolve("other/" + name + ".class")));
            if (service) {
                jar.putNextEntry(new JarEntry("META-INF/services/dev.onoma.api.Plugin"));
                jar.write(("other." + name + "\n").getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    @Test
    void aJarIsFoundInAClassLoaderOfItsOwn() throws IOException {
        jar("Note", "return Handler.PASS;", true);
        var found = new PluginFolder(folder).find();
        assertThat(found.problems()).isEmpty();
        assertThat(found.plugins()).extracting(Plugin::name).contains("note");
        var note =
                found.plugins().stream()
                        .filter(p -> p.name().equals("note"))
                        .findFirst()
                        .orElseThrow();
        assertThat(note.getClass().getClassLoader())
                .isNotSameAs(PluginFolder.class.getClassLoader());
    }

    @Test
    void aNewJarIsFoundByLookingAgain() throws IOException {
        var plugins = new PluginFolder(folder);
        var before = plugins.find();
        jar("Late", "return Handler.PASS;", true);
        var after = plugins.find();
        assertThat(after.jars()).isNotEqualTo(before.jars());
        assertThat(after.plugins()).extracting(Plugin::name).contains("late");
    }

    @Test
    void jarsThatCannotBeUsedAreReportedAndTheOthersWork() throws IOException {
        jar("Good", "return Handler.PASS;", true);
        jar("Silent", "return Handler.PASS;", false);
        Files.writeString(folder.resolve("broken.jar"), "no jar at all");
        var found = new PluginFolder(folder).find();
        assertThat(found.plugins())
                .extracting(Plugin::name)
                .contains("good")
                .doesNotContain("silent");
        assertThat(found.problems()).hasSize(2);
        assertThat(found.problems()).anyMatch(p -> p.contains("Silent.jar has no plugin"));
    }

    @Test
    void aFolderThatThereIsNotIsReported() {
        var found = new PluginFolder(folder.resolve("nosuch")).find();
        assertThat(found.problems()).singleElement().asString().contains("does not exist");
    }
}
