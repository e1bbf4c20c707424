package dev.onoma.plugins.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.onoma.api.expression.Expression;
import dev.onoma.api.expression.ExpressionException;
import dev.onoma.api.expression.Scope;
import dev.onoma.api.expression.ValueException;
import dev.onoma.testkit.Bench;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// The language: values of expressions, and what is said about texts that are none.
final class ExpressionsTest {
    private static final Object[] NOTHING = {};

    private final Bench bench = new Bench("example.org.");

    private Object value(String text) {
        var query = bench.query("WWW.Example.org.", "AAAA");
        query.metadata("x/y", () -> "said");
        return Expression.compile(text, new Scope(bench.time())).value(query, NOTHING);
    }

    static Stream<Arguments> values() {
        return Stream.of(
                arguments("name()", "www.example.org."),
                arguments("type()", "AAAA"),
                arguments("class() + '/' + proto()", "IN/udp"),
                arguments("client_ip() + ' ' + port()", "192.0.2.100 40000"),
                arguments("server_ip() + ' ' + server_port()", "192.0.2.53 53"),
                arguments("size()", 33L),
                arguments("bufsize()", 512L),
                arguments("opcode()", 0L),
                arguments("do()", false),
                arguments("metadata('x/y')", "said"),
                arguments("metadata('x/z')", ""),
                arguments("incidr(client_ip(), '192.0.2.0/24')", true),
                arguments("incidr(client_ip(), '2001:db8::/32')", false),
                arguments("incidr('10.1.2.3', '10.' + '0.0.0/8')", true),
                arguments("type() in ['A', 'AAAA']", true),
                arguments("type() not in ['A', 'AAAA']", false),
                arguments("size() in [33]", true),
                arguments("'a' in {a: 1}", true),
                arguments("name() matches '^www\\\\..*org\\\\.$'", true),
                arguments("name() not matches 'net' && name() startsWith 'www'", true),
                arguments("name() contains 'amp' and name() endsWith 'org.'", true),
                arguments("1 + 2 * 3", 7L),
                arguments("(1 + 2) * 3", 9L),
                arguments("7 / 2", 3.5),
                arguments("7 % 4 - -1", 4L),
                arguments("2 ** 3 ^ 2", 512.0),
                arguments("-2 ** 2", -4.0),
                arguments("0x1f + 0b11 + 0o17 + 1_000", 1049L),
                arguments("1.5e3", 1500.0),
                arguments(".5 + 1", 1.5),
                arguments("not true or true", true),
                arguments("!(true && false)", true),
                arguments("1 == 1.0", true),
                arguments("1 < 2 <= 2 < 3", true),
                arguments("'b' > 'a'", true),
                arguments("nil ?? 'x'", "x"),
                arguments("{a: nil}.b?.c ?? 1", 1L),
                arguments("size() > 100 ? 'large' : 'small'", "small"),
                arguments("if size() > 100 { 1 } else if size() > 10 { 2 } else { 3 }", 2L),
                arguments("let x = size(); let y = 2; x * y", 66L),
                arguments("1; 2; 3", 3L),
                arguments("[1, 2, 3][1]", 2L),
                arguments("[1, 2, 3][-1]", 3L),
                arguments("string([1, 2, 3][1:])", "[2 3]"),
                arguments("'hello'[1:3]", "el"),
                arguments("{'a': {b: 5}}.a.b", 5L),
                arguments("{(name()): 1}[name()]", 1L),
                arguments("'a\\x41\\u0042\\t\\'' + `\\n` + \"\\101\"", "aAB\t'\\nA"),
                arguments("string(1..4)", "[1 2 3 4]"),
                arguments("1 /* one */ + 1 // two", 2L));
    }

    static Stream<Arguments> functions() {
        return Stream.of(
                arguments("split(name(), '.') | len()", 4L),
                arguments("'a.b' | split('.') | join('-') | upper()", "A-B"),
                arguments("string(split('a,b,c', ',', 2))", "[a b,c]"),
                arguments("string(splitAfter('a,b', ','))", "[a, b]"),
                arguments("trim('  x ') + trim('xxax', 'x')", "xa"),
                arguments("trimSuffix(trimPrefix('abc', 'a'), 'c')", "b"),
                arguments("replace('aaa', 'a', 'b', 2)", "bba"),
                arguments("repeat('ab', 2)", "abab"),
                arguments("indexOf('abc', 'c') + lastIndexOf('aa', 'a')", 3L),
                arguments("hasPrefix('abc', 'ab') && hasSuffix('abc', 'bc')", true),
                arguments("fromBase64(toBase64('x'))", "x"),
                arguments("toJSON({a: [1, 'x', nil, true]})", "{\"a\":[1,\"x\",null,true]}"),
                arguments("fromJSON('{\"a\": [1, {\"b\": \"c\"}]}').a[1].b", "c"),
                arguments("abs(-2) + int('3') + int(2.9)", 7L),
                arguments("ceil(1.2) + floor(1.8) + round(1.5)", 5.0),
                arguments("float('1.5')", 1.5),
                arguments("max(1, [5, 2]) + min(3, 4)", 8L),
                arguments("mean([1, 2, 3, 4]) + median([1, 9, 2])", 4.5),
                arguments("bitand(12, 10) + bitor(1, 2) + bitxor(3, 1) + bitnot(0)", 12L),
                arguments("bitshl(1, 4) + bitshr(16, 2) + bitushr(8, 1)", 24L),
                arguments("first([1, 2]) + last([3, 4])", 5L),
                arguments("first([]) == nil", true),
                arguments("get({a: 1}, 'a') + get([7], 0)", 8L),
                arguments("string(take([1, 2, 3], 2))", "[1 2]"),
                arguments("len(keys({a: 1})) + len(values({a: 1}))", 2L),
                arguments("string(fromPairs(toPairs({a: 1})))", "map[a:1]"),
                arguments("string(reverse(uniq([1, 1, 2])))", "[2 1]"),
                arguments("string(flatten(concat([1], [[2]])))", "[1 2]"),
                arguments("string(sort([3, 1, 2], 'desc'))", "[3 2 1]"),
                arguments("all([1, 2], # > 0) and any([1, 2], {# == 2})", true),
                arguments("none([1], # > 1) and one([1, 2], # == 2)", true),
                arguments("string(filter(1..5, # % 2 == 0))", "[2 4]"),
                arguments("string(map([{n: 'a'}, {n: 'b'}], .n))", "[a b]"),
                arguments("string(map(1..2, #index))", "[0 1]"),
                arguments("find(1..5, # > 3) + findLast(1..5, # < 3)", 6L),
                arguments("findIndex(1..5, # > 3) + findLastIndex(1..5, # < 3)", 4L),
                arguments("count([true, false, true]) + count(1..4, # > 1)", 5L),
                arguments("sum(1..4) + sum([1, 2], # * 10)", 40L),
                arguments("reduce(1..4, #acc + #)", 10L),
                arguments("reduce(1..4, #acc + #, 5)", 15L),
                arguments("string(sortBy([3, 1, 2], -#))", "[3 2 1]"),
                arguments("string(groupBy(1..3, string(# % 2)))", "map[0:[2] 1:[1 3]]"),
                arguments("(date('2026-01-31') + duration('24h')).Day()", 1L),
                arguments("date('2026-01-31 10:30:00').Hour()", 10L),
                arguments("date('2026-02-01') - date('2026-01-31') == duration('24h')", true),
                arguments("now().Year() > 1900", true),
                arguments("duration('90m').Hours()", 1.5));
    }

    @ParameterizedTest
    @MethodSource({"values", "functions"})
    void expressionsHaveTheValuesThatTheLanguageSays(String text, Object value) {
        assertThat(value(text)).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "1 + | unexpected token EOF | 3",
                "foo | unknown name foo | 0",
                "foo() | unknown name foo | 0",
                "name | name is a function: write name() | 0",
                "name() > 5 | invalid operation: > (mismatched types string and int) | 7",
                "name() + 5 | invalid operation: + (mismatched types string and int) | 7",
                "not 'a' | invalid operation: not (mismatched type string) | 0",
                "-'a' | invalid operation: - (mismatched type string) | 0",
                "true and 'a' | invalid operation: and (mismatched types bool and string) | 5",
                "incidr('1.2.3.4') | not enough arguments to call incidr | 0",
                "name(1) | too many arguments to call name | 0",
                "incidr(1, '10.0.0.0/8') | cannot use int as argument (type string) to call incidr | 0",
                "incidr('10.0.0.1', '10.0.0.0/33') | is no network | 0",
                "len(5) | invalid argument for len (type int) | 0",
                "all(5, true) | builtin all takes only array (got int) | 0",
                "all([1], 'x') | predicate should return boolean (got string) | 0",
                "'abc | literal not terminated | 0",
                "name() matches '[' | missing closing ] | 7",
                "1 ~~ 2 | unrecognized character | 2",
                "1 + 2) | unexpected token Operator(\")\") | 5",
                "# > 1 | unexpected token Operator(\"#\") | 0",
                "let len = 1; 2 | cannot redeclare len | 4",
                "'a'.b | type string has no field b | 4",
                "5[0] | type int[int] is undefined | 0",
                "[1]['a'] | array elements can only be selected using an integer (got string) | 0",
                "5[1:2] | cannot slice int | 0",
                "'a'.Hour() | type string has no method Hour | 4",
                "5 ? 1 : 2 | non-bool expression (type int) used as condition | 2",
                "1 ?? 2 + 3 | cannot be mixed | 7",
                "0x | invalid number literal | 0",
                "99999999999999999999 | invalid number literal | 0",
                "'\\q' | unknown escape sequence \\q | 1",
            })
    void mistakesAreFoundBeforeThereIsAQuery(String text, String message, int position) {
        assertThatThrownBy(() -> value(text))
                .isInstanceOf(ExpressionException.class)
                .hasMessageContaining(message)
                .extracting(e -> ((ExpressionException) e).position())
                .isEqualTo(position);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "incidr(name(), '10.0.0.0/8')",
                "incidr('1.2.3.4', name())",
                "int(name())",
                "[1][size()]",
                "1 % (size() - size())",
                "0..99999999",
                "repeat(name(), 1000000)",
                "first([]).x",
                "fromJSON(name())",
                "date(name())",
                "timezone('Mars/Base')",
                "reduce([], #acc)",
            })
    void whatHasNoValueIsNotTrue(String text) {
        assertThatThrownBy(() -> value(text)).isInstanceOf(ValueException.class);
        var expression = Expression.compile("any([" + text + "], true)", new Scope(bench.time()));
        assertThat(expression.isTrue(bench.query("a.", "A"))).isFalse();
    }

    @Test
    void variablesAndFunctionsOfAPluginAreKnown() {
        var scope = new Scope(bench.time());
        scope.function("group", (_, variables, argument) -> variables[0] + "-" + argument);
        int place = scope.declare("x");
        var expression = Expression.compile("x + '/' + group(1)", scope);
        assertThat(expression.value(bench.query("a.", "A"), new Object[] {"v"})).isEqualTo("v/v-1");
        assertThat(place).isZero();
        assertThat(scope.isReserved("group")).isTrue();
        assertThat(scope.isReserved("x")).isFalse();
        assertThat(Stream.of("len", "all", "in", "true", "name", "let").allMatch(scope::isReserved))
                .isTrue();
    }

    @Test
    void deepNestingIsRefusedAndDoesNotEndTheProcess() {
        assertThatThrownBy(() -> value("(".repeat(100_000)))
                .isInstanceOf(ExpressionException.class)
                .hasMessageContaining("nests too deeply");
    }
}
