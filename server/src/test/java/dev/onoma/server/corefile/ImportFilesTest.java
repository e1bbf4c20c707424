package dev.onoma.server.corefile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.CorefileWarning;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ImportFilesTest {
    private static final List<String> PLUGINS = List.of("errors", "log", "cache", "whoami");

    private final List<CorefileWarning> warnings = new ArrayList<>();

    @TempDir private Path folder;

    private void file(String name, String text) throws IOException {
        var file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private Corefile parse(String text) throws IOException {
        file("Corefile", text);
        var source = CorefileSource.choose("", InputStream.nullInputStream(), folder);
        var options = new CorefileParser.Options(PLUGINS, "53", Map.of("DIR", "conf.d"));
        return CorefileParser.parse(source.read(), options, warnings::add);
    }

    private String blocks(String text) throws IOException {
        return parse(text).blocks().stream()
                .map(CorefileParserTest::text)
                .collect(Collectors.joining(" / "));
    }

    @Test
    void filesAreFoundBesideTheFileThatNamesThem() throws IOException {
        file("sub/a.conf", "log a\nimport b.conf\n");
        file("sub/b.conf", "log b\n");
        assertThat(blocks(". {\n import sub/a.conf\n whoami\n}"))
                .isEqualTo("dns://.:53: log a; log b; whoami");
        assertThat(blocks(". {\n import " + folder + "/sub/b.conf\n}"))
                .isEqualTo("dns://.:53: log b");
        assertThat(blocks(". {\n import " + folder + "/sub/../sub/b.conf\n}"))
                .isEqualTo("dns://.:53: log b");
    }

    @Test
    void patternsFindFilesInLexicalOrder() throws IOException {
        file("conf.d/b.conf", "b.org {\n log b\n}\n");
        file("conf.d/a.conf", "a.org {\n log a\n}\n");
        file("conf.d/a.txt", "no");
        file("conf.d/.a.conf.swp", "no {");
        file("conf.d/..data/x.conf", "no {");
        file("conf.d/dir.conf/x", "no {");
        var both = "dns://a.org.:53: log a / dns://b.org.:53: log b";
        assertThat(blocks("import conf.d/*.conf\n")).isEqualTo(both);
        assertThat(blocks("import {$DIR}/?.conf\n")).isEqualTo(both);
        assertThat(blocks("import */?.conf\n")).isEqualTo(both);
        assertThat(blocks("import conf.d/*.conf\nc.org {\n log c\n}\n"))
                .isEqualTo(both + " / dns://c.org.:53: log c");
        assertThat(warnings).isEmpty();
    }

    @Test
    void snippetsOfImportedFilesAreKnownBehindThem() throws IOException {
        file("snippets.conf", "(s) {\n log s\n}\n");
        assertThat(blocks("import snippets.conf\n. {\n import s\n}\n"))
                .isEqualTo("dns://.:53: log s");
    }

    @Test
    void aSnippetGoesBeforeAFileOfItsName() throws IOException {
        file("s", "log file\n");
        assertThat(blocks("(s) {\n log snippet\n}\n. {\n import s\n}\n"))
                .isEqualTo("dns://.:53: log snippet");
    }

    @Test
    void aPatternWithoutFilesIsAWarning() throws IOException {
        assertThat(blocks("import conf.d/*.conf\n. {\n}\n")).isEqualTo("dns://.:53");
        assertThat(warnings)
                .map(CorefileWarning::toString)
                .containsExactly(
                        "Corefile:1:8: No files matching import glob pattern: conf.d/*.conf");
    }

    @Test
    void whatCannotBeImportedIsTold() throws IOException {
        file("dir/x", "");
        file("bad.conf", "nonsense\n");
        refused("import nosuch.conf\n", "Corefile:1:8: File to import not found: nosuch.conf\n");
        refused(
                "import dir\n",
                "Corefile:1:8: Could not import " + folder + "/dir: is a directory\n");
        refused(
                "import */*\n",
                "Corefile:1:8: Glob pattern may only contain one wildcard (*), but has others: "
                        + folder
                        + "/*/*\n");
        refused(
                "import [ab].conf\n",
                "Corefile:1:8: Glob pattern may only contain one wildcard (*), but has others: "
                        + folder
                        + "/[ab].conf\n");
        refused(
                ". {\n import bad.conf\n import bad.conf\n}",
                """
                %s/bad.conf:1:1: Unknown directive 'nonsense'
                    1 | nonsense
                      | ^^^^^^^^
                  imported at Corefile:2:9
                  onoma -plugins lists those there are\
                """
                        .formatted(folder));
    }

    @Test
    void aFileThatImportsItselfEnds() throws IOException {
        file("loop.conf", "log\nimport loop.conf\n");
        refused(
                ". {\n import loop.conf\n}\n",
                folder + "/loop.conf:2:8: maximum file import depth (10000) exceeded\n");
    }

    @Test
    void theFilesThatWereReadAreKnown() throws IOException {
        file("a.conf", "log\n");
        assertThat(parse(". {\n import a.conf\n import a.conf\n}").files())
                .containsExactly(folder.resolve("Corefile"), folder.resolve("a.conf"));
    }

    @Test
    void aMissingFileIsFatalOnlyIfItWasNamed() throws IOException {
        var none = InputStream.nullInputStream();
        assertThat(CorefileSource.choose("", none, folder).read().text()).isEmpty();
        assertThatThrownBy(() -> CorefileSource.choose("nosuch", none, folder).read())
                .isInstanceOf(IOException.class)
                .hasMessageEndingWith("open nosuch: no such file or directory");
        file("dir/x", "");
        assertThatThrownBy(() -> CorefileSource.choose("dir", none, folder).read())
                .isInstanceOf(IOException.class)
                .hasMessageEndingWith("read dir: is a directory");
        file("my/Corefile", "x");
        var named = CorefileSource.choose("./my//Corefile", none, folder);
        assertThat(named.name()).isEqualTo("my/Corefile");
        assertThat(named.read().text()).isEqualTo("x");
    }

    @Test
    void aTextThatIsGivenIsKept() throws IOException {
        file("a.conf", "log a\n");
        var text =
                new ByteArrayInputStream(". {\n import a.conf\n}".getBytes(StandardCharsets.UTF_8));
        var source =
                CorefileSource.ofText(
                        "/dev/stdin",
                        new String(text.readAllBytes(), StandardCharsets.UTF_8),
                        folder);
        var options = new CorefileParser.Options(PLUGINS, "53", Map.of());
        for (int i = 0; i < 2; i++) {
            var corefile = CorefileParser.parse(source.read(), options, warnings::add);
            assertThat(CorefileParserTest.text(corefile.blocks().getFirst()))
                    .isEqualTo("dns://.:53: log a");
        }
    }

    private void refused(String text, String message) {
        assertThatThrownBy(() -> parse(text)).hasMessageStartingWith(message.stripTrailing());
    }
}
