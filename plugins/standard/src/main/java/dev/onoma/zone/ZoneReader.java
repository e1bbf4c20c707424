package dev.onoma.zone;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Type;

/// Reads a zone from a master file (RFC 1035, section 5; RFC 2308, section 4; RFC 3597).
///
/// Reading goes on behind a mistake, so that all of them are known at once, up to a limit. One
/// reader reads one file, with those that it includes.
public final class ZoneReader {
    /// How deep files may include files.
    static final int DEPTH_MAX = 7;

    /// How many mistakes are collected before reading ends.
    static final int PROBLEMS_MAX = 20;

    private static final int ENTRY_GENERATE_NESTED = 1;
    private static final long UNKNOWN = -1;

    private final ZoneBuilder zone;
    private final List<ZoneProblem> problems = new ArrayList<>();
    private final Set<Path> files = new LinkedHashSet<>();
    private final Types types = new Types();
    private final RdataReader rdata = new RdataReader();
    private final Rdata data = new Rdata();

    // Of the file that is being read.
    private Path file = Path.of("");
    private String shown = "";
    private int depth;
    private WireName origin = new WireName();
    private final WireName owner = new WireName();
    private boolean ownerKnown;
    private long ttlDefault = UNKNOWN; // $TTL
    private long ttlLast = UNKNOWN;
    private long soaMinimum = UNKNOWN;

    /// @param zone takes the records; its name is the origin at first
    public ZoneReader(ZoneBuilder zone) {
        this.zone = zone;
        origin.set(zone.apex().toWire());
        zone.problemsTo(problems);
    }

    /// Reads a file.
    ///
    /// @throws IOException if the file cannot be read
    /// @throws ZoneException with the mistakes in it
    public void read(Path from) throws IOException, ZoneException {
        file = from;
        shown = from.toString();
        files.add(from);
        try (var in = Files.newInputStream(from)) {
            entries(in);
        }
        end();
    }

    /// Reads what does not come from a file; `$INCLUDE` starts at `place`.
    public void read(InputStream in, Path place) throws IOException, ZoneException {
        file = place;
        shown = place.toString();
        entries(in);
        end();
    }

    /// The file and all that it includes, as far as they were reached.
    public Set<Path> files() {
        return files;
    }

    private void end() throws ZoneException {
        if (!problems.isEmpty()) {
            throw new ZoneException(problems);
        }
    }

    private void entries(InputStream in) throws IOException {
        var scanner = new EntryScanner(in);
        var entry = new Entry();
        while (problems.size() < PROBLEMS_MAX) {
            try {
                if (!scanner.next(entry)) {
                    return;
                }
                zone.at(shown, entry.line);
                entry(entry, 0);
            } catch (SyntaxException e) {
                problem(entry.line, e.getMessage());
            }
        }
    }

    private void problem(int line, @Nullable String message) {
        problems.add(new ZoneProblem(shown + ":" + line, message == null ? "" : message));
    }

    private void entry(Entry entry, int nesting) throws IOException, SyntaxException {
        if (!entry.indented && entry.text[entry.start(0)] == '$' && !entry.isQuoted(0)) {
            directive(entry, nesting);
        } else {
            record(entry);
        }
    }

    private void directive(Entry entry, int nesting) throws IOException, SyntaxException {
        if (entry.is(0, "$TTL")) {
            expect(entry, 2, 2, "$TTL SECONDS");
            ttlDefault = Ttls.read(entry, 1);
        } else if (entry.is(0, "$ORIGIN")) {
            expect(entry, 2, 2, "$ORIGIN NAME");
            var changed = new WireName();
            changed.read(entry, 1, origin);
            origin = changed;
        } else if (entry.is(0, "$INCLUDE")) {
            expect(entry, 2, 3, "$INCLUDE FILE [ORIGIN]");
            include(entry);
        } else if (entry.is(0, "$GENERATE")) {
            if (nesting >= ENTRY_GENERATE_NESTED) {
                throw new SyntaxException("a $GENERATE makes another $GENERATE");
            }
            generate(entry);
        } else {
            throw new SyntaxException(
                    "there is no directive \"%s\", only $ORIGIN, $TTL, $INCLUDE and $GENERATE"
                            .formatted(entry.word(0)));
        }
    }

    private static void expect(Entry entry, int min, int max, String usage) throws SyntaxException {
        if (entry.count() < min || entry.count() > max) {
            throw new SyntaxException("the form is: " + usage);
        }
    }

    // What the included file changes ends with it (RFC 1035, section 5.1).
    private void include(Entry entry) throws IOException, SyntaxException {
        if (depth == DEPTH_MAX) {
            throw new SyntaxException(
                    "too deeply nested $INCLUDE, %d are allowed".formatted(DEPTH_MAX));
        }
        var included = file.resolveSibling(entry.word(1));
        var kept = new WireName();
        kept.set(origin);
        var keptOwner = owner.copy();
        boolean keptOwnerKnown = ownerKnown;
        var keptFile = file;
        var keptShown = shown;
        long keptTtl = ttlDefault;
        long keptLast = ttlLast;
        if (entry.count() == 3) {
            var changed = new WireName();
            changed.read(entry, 2, origin);
            origin = changed;
        }
        files.add(included);
        depth++;
        try (var in = Files.newInputStream(included)) {
            file = included;
            shown = included.toString();
            entries(in);
        } catch (IOException e) {
            throw new SyntaxException(
                    "cannot read \"%s\": %s"
                            .formatted(entry.word(1), e.getClass().getSimpleName()));
        } finally {
            depth--;
            file = keptFile;
            shown = keptShown;
            origin = kept;
            if (keptOwnerKnown) {
                owner.set(keptOwner);
            }
            ownerKnown = keptOwnerKnown;
            ttlDefault = keptTtl;
            ttlLast = keptLast;
        }
    }

    private void generate(Entry entry) throws IOException, SyntaxException {
        expect(entry, 4, Integer.MAX_VALUE, "$GENERATE START-STOP[/STEP] OWNER [TTL] TYPE DATA");
        var generate = new Generate(entry);
        while (generate.hasNext()) {
            var one = generate.next();
            one.line = entry.line;
            entry(one, ENTRY_GENERATE_NESTED);
        }
    }

    private void record(Entry entry) throws SyntaxException {
        int word = 0;
        if (!entry.indented) {
            owner.read(entry, word++, origin);
            ownerKnown = true;
        } else if (!ownerKnown) {
            throw new SyntaxException("the first record has no owner");
        }
        long ttl = UNKNOWN;
        boolean classSeen = false;
        boolean internet = true;
        for (; word < entry.count(); word++) {
            if (ttl == UNKNOWN && Ttls.isTtl(entry, word)) {
                ttl = Ttls.read(entry, word);
            } else if (!classSeen && isClass(entry, word)) {
                classSeen = true;
                internet = entry.is(word, "IN") || entry.is(word, "CLASS1");
            } else {
                break;
            }
        }
        if (word == entry.count()) {
            throw new SyntaxException("the record has no type");
        }
        int type = types.type(entry.word(word));
        if (type < 0) {
            throw new SyntaxException("there is no type \"" + entry.word(word) + "\"");
        }
        rdata.read(entry, word + 1, type, origin, data);
        long known = ttl(type, ttl);
        if (internet) {
            zone.add(
                    owner.octets, owner.length, type, Ttls.served(known), data.octets, data.length);
        } else {
            zone.warn("a record of another class than IN is left out");
        }
    }

    private static boolean isClass(Entry entry, int word) {
        return entry.is(word, "IN")
                || entry.is(word, "CH")
                || entry.is(word, "HS")
                || entry.is(word, "CS")
                || entry.end(word) - entry.start(word) > "CLASS".length()
                        && (entry.text[entry.start(word)] | 0x20) == 'c'
                        && entry.word(word).toUpperCase(Locale.ROOT).matches("CLASS[0-9]{1,5}");
    }

    // What the record says, else $TTL, else the last record's, else the SOA's minimum.
    private long ttl(int type, long explicit) throws SyntaxException {
        if (type == Type.SOA) {
            soaMinimum = minimum();
        }
        if (explicit != UNKNOWN) {
            ttlLast = explicit;
            return explicit;
        }
        if (ttlDefault != UNKNOWN) {
            return ttlDefault;
        }
        if (ttlLast != UNKNOWN) {
            return ttlLast;
        }
        if (soaMinimum != UNKNOWN) {
            return soaMinimum;
        }
        throw new SyntaxException("missing TTL with no previous value; write $TTL above");
    }

    private long minimum() {
        long minimum = 0;
        for (int i = data.length - 4; i < data.length; i++) {
            minimum = minimum << 8 | data.octets[i] & 0xff;
        }
        return minimum;
    }
}
