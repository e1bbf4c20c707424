package dev.onoma.house;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.api.RequestLimit;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Everything that is limited has a name, an option and a metric: what `ARCHITECTURE.md` says of
/// limits is what the code has, and back.
final class LimitsRuleTest {
    private static final Pattern MEANING = Pattern.compile("entry\\(\\s*\"([a-z_]+)\"");
    private static final Pattern KNOWN = Pattern.compile("reports\\.known\\(\\s*\"([a-z_]+)\"");
    private static final Pattern REACHED = Pattern.compile("(?:reached|fits)\\(\\s*\"([a-z_]+)\"");
    private static final Pattern PROPERTY =
            Pattern.compile("(?:number|getInteger|getLong)\\(\\s*\"(onoma\\.[a-z.]+)\"");
    private static final Pattern PROPERTY_NAMED = Pattern.compile("-D(onoma\\.[a-z.]+[a-z])");
    private static final Pattern PROPERTY_IN_TABLE = Pattern.compile("`(onoma\\.[a-z.]+)`");
    private static final Pattern OPTION = Pattern.compile("`(max_[a-z_]+)`");
    private static final Pattern GAUGE = Pattern.compile("`(onoma_[a-z_]+)");

    private static final House HOUSE = House.here();
    private static final String CODE =
            HOUSE.files("java").stream()
                    .filter(file -> HOUSE.name(file).contains("src/main/"))
                    .map(House::read)
                    .collect(Collectors.joining("\n"));
    private static final String PAGE = House.read(HOUSE.root().resolve("ARCHITECTURE.md"));

    private static Set<String> all(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Stream<String> rows() {
        return PAGE.lines()
                .dropWhile(line -> !line.startsWith("| what | option |"))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"));
    }

    private static Set<String> labelsOfTable() {
        return rows().map(row -> row.substring(row.lastIndexOf('|', row.length() - 2) + 1))
                .flatMap(cell -> Arrays.stream(cell.split("[|,]", -1)))
                .map(label -> label.replace("`", "").strip())
                .filter(label -> !label.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void labelsAreThoseOfTheTable() {
        var meanings = "server/src/main/java/dev/onoma/server/listen/Meanings.java";
        var known = all(MEANING, House.read(HOUSE.root().resolve(meanings)));
        known.addAll(all(KNOWN, CODE));
        assertThat(labelsOfTable()).hasSizeGreaterThan(20).isEqualTo(known);
        assertThat(known).containsAll(all(REACHED, CODE));
    }

    @Test
    void propertiesAreThoseOfTheTable() {
        assertThat(all(PROPERTY_IN_TABLE, PAGE)).isEqualTo(all(PROPERTY, CODE));
    }

    @Test
    void propertiesThatAnybodyNamesExist() {
        var named = new TreeSet<>(all(PROPERTY_NAMED, CODE));
        HOUSE.texts().stream()
                .filter(file -> HOUSE.name(file).endsWith(".md"))
                .forEach(file -> named.addAll(all(PROPERTY_NAMED, House.read(file))));
        assertThat(all(PROPERTY, CODE)).containsAll(named);
    }

    @Test
    void optionsOfTheTableExist() {
        var known =
                Arrays.stream(RequestLimit.values())
                        .map(limit -> limit.name().toLowerCase(Locale.ROOT))
                        .collect(Collectors.toSet());
        assertThat(all(OPTION, rows().collect(Collectors.joining("\n"))))
                .isNotEmpty()
                .allMatch(option -> known.contains(option) || CODE.contains('"' + option + '"'));
    }

    @Test
    void gaugesOfTheTableExist() {
        assertThat(all(GAUGE, rows().collect(Collectors.joining("\n"))))
                .isNotEmpty()
                .allMatch(gauge -> CODE.contains('"' + gauge + '"'));
    }

    @Test
    void everyRowHasAnOptionOrSaysWhyNot() {
        assertThat(rows())
                .allSatisfy(row -> {
                    var option = row.split("\\|", -1)[2].strip();
                    assertThat(option).as(row).isNotEmpty();
                });
    }
}
