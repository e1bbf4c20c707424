package dev.onoma.plugins.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.Handler;
import dev.onoma.api.Outcome;
import dev.onoma.testkit.Bench;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

final class TemplateTest {
    private final Bench bench = new Bench("test.");

    private Handler template(String text) {
        return bench.setup(new TemplatePlugin(), text);
    }

    /// A list, a map, a number and a text.
    private static final class Values implements GoTemplate.Data {
        @Override
        public @Nullable Object field(String name, Object[] arguments) {
            return switch (name) {
                case "List" -> java.util.List.of("a", "b", "c");
                case "Map" -> Map.of("k", "v", "l", "w");
                case "Number" -> 7L;
                case "Text" -> "text";
                case "Method" -> arguments.length == 0 ? "none" : arguments[0] + "!";
                default -> null;
            };
        }

        @Override
        public String typeName() {
            return "test.Values";
        }
    }

    private static String run(String text) {
        return GoTemplate.parse("t", text).execute(new Values());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "a {{ .Text }} b~a text b",
                "{{ .Text | printf `%s-%s` `x` }}~x-text",
                "{{ `x` | .Method }}{{ .Method }}~x!none",
                "{{ (index .List 1) }}{{ (len .List) }}~b3",
                "{{ range $i, $e := .List }}{{ if $i }},{{ end }}{{ $e }}{{ end }}~a,b,c",
                "{{ range $k, $v := .Map }}{{ $k }}{{ $v }};{{ end }}~kv;lw;",
                "{{ range .List }}{{ if eq . `b` }}{{ continue }}{{ end }}{{ . }}{{ end }}~ac",
                "{{ range .List }}{{ if eq . `b` }}{{ break }}{{ end }}{{ . }}{{ end }}~a",
                "{{ with $x := .Text }}{{ $x }}{{ $.Number }}{{ end }}~text7",
                "{{ $x := 1 }}{{ range .List }}{{ $x = . }}{{ end }}{{ $x }}~c",
                "{{ .Map.k }}{{ .Map.none }}~v<no value>",
                "{{ and .Text .Number }}{{ or `` 0 `z` }}{{ and 0 .Nope }}~7z0",
                "{{ eq .Number 1 7 }}{{ ne `a` `b` }}{{ ge 2 2 }}{{ lt `a` `b` }}~truetruetruetrue",
                "{{ slice .Text 1 3 }}{{ len (slice .List 1) }}~ex2",
                "{{ print 1 2 `a` 3 4 }}|{{ println .List | len }}~1 2a3 4|8",
                "{{ printf `[%3d|%-4s|%04d|%x|%q|%t|%v|%%|%c` 5 `ab` 42 255 `q` true .List 65 }}~[  5|ab  |0042|ff|\"q\"|true|[a b c]|%|A",
                "{{ printf `%d %s` `x` }}~%!d(string=x) %!s(MISSING)",
                "{{ printf `%.2f %5.1f %s` 1.255 2.0 1.5 }}~1.25   2.0 1.5",
                "{{ parseInt `ff` 16 8 }} {{ parseInt `0x1f` 0 64 }}~255 31",
                "a {{- 1 -}} b {{ -1 }}~a1b -1",
                "a{{/* c */}}b {{- /* d */ -}} c~abc",
                "{{ html `<a>` }}{{ js `'` }}{{ urlquery `a b` }}~&lt;a&gt;\\'a+b",
                "{{ define `t` }}[{{ . }}]{{ end }}{{ template `t` .Text }}{{ template `t` }}~[text][<no value>]",
                "{{ '\\x41' }}{{ \"\\u0042\\n\" | len }}{{ 1.5 }}{{ 0x10 }}{{ true }}~6521.516true",
                "{{ if not .Text }}a{{ else if .Number }}b{{ else }}c{{ end }}~b",
                "{{ range 3 }}{{ . }}{{ end }}{{ range slice .List 3 }}x{{ else }}-{{ end }}~012-",
            })
    void templatesHaveGosResults(String text, String result) {
        assertThat(run(text)).isEqualTo(result);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "{{~unclosed action",
                "{{ }}~missing value for command",
                "{{ foo }}~function \"foo\" not defined",
                "{{ $x }}~undefined variable \"$x\"",
                "{{ if true }}~unexpected EOF",
                "{{ end }}~unexpected {{end}}",
                "{{ break }}~outside {{range}}",
                "{{ \"a }}~unterminated quoted string",
                "{{ `a }}~unterminated raw quoted string",
                "{{ (1 }}~unclosed left paren",
                "{{/* x }}~unclosed comment",
                "{{ 1 ! }}~unexpected \"!\"",
                "{{ template x }}~unexpected <x> in template clause",
                "{{ 1x }}~bad number syntax",
            })
    void whatIsNoTemplateIsFoundBefore(String text, String message) {
        assertThatThrownBy(() -> GoTemplate.parse("t", text))
                .isInstanceOf(GoException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "{{ .Nope }}~can't evaluate field Nope in type test.Values",
                "{{ .Text.x }}~can't evaluate field x in type string",
                "{{ index .List 3 }}~index out of range: 3",
                "{{ index .Number 0 }}~can't index item",
                "{{ eq 1 `a` }}~incompatible types for comparison",
                "{{ parseInt `gg` 16 8 }}~parsing \"gg\": invalid syntax",
                "{{ parseInt `256` 10 8 }}~value out of range",
                "{{ parseInt }}~wrong number of args for parseInt: want 3 got 0",
                "{{ .Text 1 }}~x",
                "{{ 1 2 }}~can't give argument to non-function 1",
                "{{ range .Text }}{{ end }}~range can't iterate over text",
                "{{ define `t` }}{{ template `t` }}{{ end }}{{ template `t` }}~exceeded maximum template depth",
                "{{ template `none` }}~template \"none\" not defined",
                "{{ range 9999 }}0123456789{{ end }}~the result is longer than",
                "{{ len .Number }}~len of type int",
            })
    void whatHasNoResultSaysWhy(String text, String message) {
        if (message.equals("x")) {
            assertThat(run(text)).isEqualTo("text"); // the data of tests takes any argument
            return;
        }
        assertThatThrownBy(() -> run(text))
                .isInstanceOf(GoException.class)
                .hasMessageContaining(message);
    }

    @Test
    void aTemplateIsWrittenAsGoWritesIt() {
        var text =
                "{{   .Name   }} 60 IN A {{index .Match 1|printf `%s`}}{{if .X}}a{{else}}b{{end}}";
        assertThat(GoTemplate.parse("t", text).toString())
                .isEqualTo(
                        "{{.Name}} 60 IN A {{index .Match 1 | printf \"%s\"}}{{if .X}}a{{else}}b{{end}}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a. 60 IN A 192.0.2.1 | a. 60 IN A 192.0.2.1",
                "a IN 1h A 192.0.2.1 | a. 3600 IN A 192.0.2.1",
                "a A 192.0.2.1 | a. 3600 IN A 192.0.2.1",
                "a 5 CH TXT \"x\" | a. 5 CH TXT x",
                "a SOA b c (1 2 3 4 5) ; comment | a. 3600 IN SOA b. c. 1 2 3 4 5",
            })
    void recordsAreReadAsInZoneFiles(String text, String record) throws Exception {
        var parsed = RecordTemplate.parse(text);
        assertThat(String.valueOf(parsed).replaceAll("\\s+", " ")).isEqualTo(record);
    }

    @Test
    void nothingIsNoRecordAndNonsenseIsAMistake() throws Exception {
        assertThat(RecordTemplate.parse(" \n")).isNull();
        for (var text : new String[] {"a", "a A", "a A x", "a FOO 1", "a..b A 1.2.3.4"}) {
            assertThatThrownBy(() -> RecordTemplate.parse(text))
                    .isInstanceOf(RecordTemplate.RecordException.class);
        }
    }

    @Test
    void failuresAreCountedUnderTheTextOfTheTemplate() {
        var handler =
                template(
                        "template IN TXT {\nanswer \"{{ .Nope }}\"\n}\ntemplate IN A {\nanswer \"x {{ .Name }}\"\n}");
        for (var type : new String[] {"TXT", "A"}) {
            assertThat(handler.handle(bench.query("a.test.", type), Bench.NOTHING))
                    .isInstanceOf(Outcome.Failed.class);
        }
        assertThat(counted("template_failures", "TXT", "{{.Nope}}")).isEqualTo(1);
        assertThat(counted("rr_failures", "A", "x {{.Name}}")).isEqualTo(1);
        var matches =
                bench.metrics()
                        .registry()
                        .getSampleValue(
                                "coredns_template_matches_total",
                                new String[] {"server", "zone", "view", "class", "type"},
                                new String[] {"", "test.", "", "IN", "A"});
        assertThat(matches).isEqualTo(1);
    }

    private @Nullable Double counted(String what, String type, String text) {
        return bench.metrics()
                .registry()
                .getSampleValue(
                        "coredns_template_" + what + "_total",
                        new String[] {
                            "server", "zone", "view", "class", "type", "section", "template"
                        },
                        new String[] {"", "test.", "", "IN", type, "answer", text});
    }

    @Test
    void whatDependsOnTheClientIsNotRememberedForOthers() {
        var handler =
                template(
                        "template IN TXT test {\nanswer \"{{ .Name }} 60 IN TXT {{ .Remote }}\"\n}");
        for (var client : new String[] {"192.0.2.1", "192.0.2.2"}) {
            var query = bench.query("a.test.", "TXT");
            query.from(
                    query.transport(),
                    new InetSocketAddress(InetAddress.ofLiteral(client), 4000),
                    query.local(),
                    0);
            assertThat(Bench.records(bench.answer(handler, query), Section.ANSWER))
                    .containsExactly("a.test. 60 IN TXT " + client);
        }
    }

    @Test
    void whatIsRememberedIsCountedAndFitsEverySpelling() {
        var handler =
                template(
                        "template IN A test {\nmatch ^a[0-9][.]test[.]$\n"
                                + "answer \"{{ .Name }} 60 IN A 192.0.2.7\"\nfallthrough\n}");
        for (var name : new String[] {"a1.test.", "A1.Test.", "a1.TEST."}) {
            assertThat(Bench.records(bench.answer(handler, name, "A"), Section.ANSWER))
                    .containsExactly(name + " 60 IN A 192.0.2.7");
        }
        for (int i = 0; i < 2; i++) {
            assertThat(handler.handle(bench.query("b.test.", "A"), Bench.NOTHING))
                    .isInstanceOf(Outcome.Failed.class);
        }
        var counters =
                bench.metrics()
                        .counters(
                                "coredns_template_matches_total",
                                "",
                                "server",
                                "zone",
                                "view",
                                "class",
                                "type");
        assertThat(counters.with("", "test.", "", "IN", "A").value()).isEqualTo(3);
    }

    @Test
    void aTemplateForAnyAnswersAQuestionForAnyAsItself() {
        var handler =
                template(
                        "template ANY ANY {\nanswer \"{{ .Name }} {{ .Class }} TXT {{ .Type }}\"\n}");
        var query = bench.query(Bench.message("a.test.", "ANY", DClass.IN));
        assertThat(Bench.records(bench.answer(handler, query), Section.ANSWER))
                .containsExactly("a.test. 3600 IN TXT ANY");
        assertThat(Type.string(query.type())).isEqualTo("ANY");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "template | CLASS is missing",
                "template in A | invalid query class \"in\"",
                "template IN a | invalid RR type \"a\"",
                "template IN A { ; match [ ; } | REGEX is a regular expression, not \"[\"",
                "template IN A { ; rcode 3 ; } | unknown rcode \"3\"",
                "template IN A { ; ederror 70000 ; } | CODE is a whole number from 0 to 65535",
                "template IN A { ; foo ; } | there is no property \"foo\"",
                "template IN A { ; var group 1 ; } | variable name \"group\" is reserved",
                "template IN A { ; expr x ; var x 1 ; } | unknown name x",
            })
    void mistakesAreExplained(String text, String message) {
        assertThatThrownBy(() -> template(text.replace(" ; ", "\n")))
                .hasMessageContaining("plugin/template: " + message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{ .Name }} 60 IN A 192.0.2.1",
                "{{ .Name }}   0 IN A 10.20.30.255",
                "{{ .Name }} 60 IN A 192.0.2.01",
                "{{ .Name }} 60 IN A 192.0.2.256",
                "{{ .Name }} 60 IN A 192.0.2",
                "{{ .Name }} 60 IN A 192.0.2.1.",
                "{{ .Name }} 60 IN A 192.0.2.1 more",
                "{{ .Name }} 60 IN A 192.0.2.1 ; a comment",
                "{{ .Name }} 1h IN A 192.0.2.1",
                "{{ .Name }} 4294967295 IN A 192.0.2.1",
                "{{ .Name }} 99999999999 IN A 192.0.2.1",
                "{{ .Name }} IN A 192.0.2.1",
                "{{ .Name }} 60 A 192.0.2.1",
                "{{ .Name }} 60 CH A 192.0.2.1",
                "{{ .Name }} 60 in a 192.0.2.1",
                "{{ .Name }} 60 IN AAAA 2001:db8::1",
                "other.test 60 IN A 192.0.2.1",
                "Other.Test. 60 IN NS ns1.Test",
                "*.test. 60 IN NS a_b.test.",
                "{{ .Name }} 60 IN MX 10 mail.{{ .Name }}",
                "{{ .Name }} 60 IN MX 65536 mail.test.",
                "{{ .Name }} 60 IN SRV 1 2 443 a.test.",
                "{{ .Name }} 60 IN PTR ip-{{ .Group.n }}.test.",
                "{{ .Name }} 60 IN CNAME a..test.",
                "{{ .Name }} 60 IN CNAME .",
                "{{ .Name }} 60 IN CNAME a\\.b.test.",
                "{{ .Name }} 60 IN TXT \"a b\" c",
                "{{ .Name }} 60 IN MX 10 \n",
                "{{ .Name }} 60 IN NS aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.test.",
                "@ 60 IN NS ns.test.",
                "{{ .Group.none }} 60 IN A 192.0.2.1",
                "{{ index .Match 2 }} 60 IN A 192.0.2.1",
                "{{ index .Match 1 }} 60 IN A 192.0.2.1",
                "",
            })
    void recordsAreTheSameOnTheQuickWay(String record) {
        // A call is what only the long way knows.
        assertThat(answer(record)).isEqualTo(answer("{{ print `` }}" + record));
    }

    private String answer(String record) {
        var handler =
                template(
                        """
                        template IN ANY test {
                            match ^n(?P<n>[0-9]+)[.]
                            answer "%s"
                        }
                        """
                                .formatted(record.replace("\\", "\\\\").replace("\"", "\\\"")));
        return switch (handler.handle(bench.query("n7.test.", "TXT"), Bench.NOTHING)) {
            case Outcome.Reply(var response) -> response.rcode() + " " + response.answers();
            case Outcome.Failed(var failure) -> "failed with " + failure.rcode();
            case Outcome.Dropped _, Outcome.Later _ -> "something else";
        };
    }
}
