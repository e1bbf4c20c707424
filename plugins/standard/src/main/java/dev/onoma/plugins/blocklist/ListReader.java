package dev.onoma.plugins.blocklist;

import dev.onoma.api.FileErrors;
import dev.onoma.api.NameKey;
import dev.onoma.api.Names;
import dev.onoma.plugins.blocklist.BlocklistOptions.ListFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.Master;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/// Reads files into a [NameTable]. Lines that say nothing it understands are counted.
final class ListReader {
    /// Records of RPZ zones that are sent in place of others: the most of all files.
    static final int LOCAL_RECORDS_MAX = 100_000;

    private static final Set<String> NOT_BLOCKING =
            Set.of(
                    "localhost",
                    "localhost.localdomain",
                    "local",
                    "broadcasthost",
                    "ip6-localhost",
                    "ip6-loopback",
                    "ip6-localnet",
                    "ip6-mcastprefix",
                    "ip6-allnodes",
                    "ip6-allrouters",
                    "ip6-allhosts",
                    "0.0.0.0");

    private final NameTable table = new NameTable();
    private final Map<NameKey, List<Record>> local = new HashMap<>();
    private final NameKey key = new NameKey();
    private final byte[] wire = new byte[NameKey.OCTETS_MAX + 1];
    private int localRecords;
    private int skipped;

    /// What was read.
    ///
    /// @param local records that are sent for names whose verdict is [Verdict#ADDRESS]
    /// @param skipped lines and records that say nothing
    record Content(NameTable table, Map<NameKey, List<Record>> local, int skipped) {}

    /// Everything of all files.
    ///
    /// @throws IOException if one cannot be read, or there are too many names
    static Content read(BlocklistOptions options) throws IOException {
        var reader = new ListReader();
        for (var name : options.allowed()) {
            reader.add(NameKey.of(name), true, true, Verdict.PASS);
        }
        for (var file : options.files()) {
            try {
                reader.read(file);
            } catch (IOException e) {
                throw new IOException(file.path() + ": " + FileErrors.reason(e), e);
            }
        }
        return new Content(reader.table, reader.local, reader.skipped);
    }

    private void read(ListFile file) throws IOException {
        switch (file.format()) {
            case HOSTS -> lines(file, this::hosts);
            case DOMAINS -> lines(file, line -> domain(line, Verdict.USUAL));
            case ALLOW -> lines(file, line -> domain(line, Verdict.PASS));
            case RPZ -> rpz(file);
        }
    }

    private interface LineReader {
        void read(String line) throws IOException;
    }

    private static void lines(ListFile file, LineReader lines) throws IOException {
        try (var in =
                new BufferedReader(
                        Files.newBufferedReader(file.path(), StandardCharsets.ISO_8859_1))) {
            for (var line = in.readLine(); line != null; line = in.readLine()) {
                int comment = line.indexOf('#');
                var text = (comment < 0 ? line : line.substring(0, comment)).strip();
                if (!text.isEmpty() && text.charAt(0) != '!' && text.charAt(0) != '[') {
                    lines.read(text);
                }
            }
        }
    }

    // Only addresses that lead nowhere block; others are somebody's own hosts.
    private void hosts(String line) throws IOException {
        var words = line.split("\\s+", -1);
        boolean blocks =
                words[0].equals("0.0.0.0")
                        || words[0].startsWith("127.")
                        || words[0].equals("::")
                        || words[0].equals("::1");
        if (!blocks) {
            skipped++;
            return;
        }
        for (int i = 1; i < words.length; i++) {
            if (!NOT_BLOCKING.contains(words[i])) {
                add(words[i], true, false, Verdict.USUAL);
            }
        }
    }

    // `name`, `.name`, `*.name` (only what is below), `||name^`
    private void domain(String line, Verdict verdict) throws IOException {
        var text = line;
        boolean self = true;
        if (text.startsWith("||") && text.endsWith("^")) {
            text = text.substring(2, text.length() - 1);
        } else if (text.startsWith("*.")) {
            text = text.substring(2);
            self = false;
        } else if (text.startsWith(".")) {
            text = text.substring(1);
        }
        add(text, self, true, verdict);
    }

    private void add(String text, boolean self, boolean below, Verdict verdict) throws IOException {
        int octets = toWire(text);
        if (octets < 2 || key.read(wire, 0, octets) < 0) {
            skipped++;
            return;
        }
        add(key, self, below, verdict);
    }

    // Letters, digits, hyphens and underscores: lists hold host names, without escapes.
    private int toWire(String text) {
        int length = text.endsWith(".") ? text.length() - 1 : text.length();
        if (length == 0 || length > NameKey.OCTETS_MAX - 2) {
            return -1;
        }
        int labelAt = 0;
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c == '.') {
                if (i == labelAt || i - labelAt > 63) {
                    return -1;
                }
                wire[labelAt] = (byte) (i - labelAt);
                labelAt = i + 1;
            } else if (c > ' ' && c < 0x7f && c != '/' && c != '\\' && c != '*' && c != '|') {
                wire[i + 1] = (byte) c;
            } else {
                return -1;
            }
        }
        if (length == labelAt || length - labelAt > 63) {
            return -1;
        }
        wire[labelAt] = (byte) (length - labelAt);
        wire[length + 1] = 0;
        return length + 2;
    }

    private void add(NameKey name, boolean self, boolean below, Verdict verdict)
            throws IOException {
        if (!table.add(name, self, below, verdict)) {
            throw new IOException(
                    "there are too many names: %d of them take all of %d MiB"
                            .formatted(table.names(), NameTable.OCTETS_MAX >> 20));
        }
    }

    // Response policy zones: the trigger is the name asked for; others need what we do not see.
    private void rpz(ListFile file) throws IOException {
        var origin = file.origin();
        try (var in = Files.newInputStream(file.path())) {
            var master = new Master(in, origin);
            for (var r = master.nextRecord(); r != null; r = master.nextRecord()) {
                if (r.getType() == Type.SOA) {
                    origin = r.getName();
                } else if (r.getType() != Type.NS) {
                    policy(r, origin);
                }
            }
        }
    }

    private void policy(Record r, Name origin) throws IOException {
        var owner = r.getName();
        if (!owner.subdomain(origin) || owner.equals(origin)) {
            skipped++;
            return;
        }
        var relative = owner.relativize(origin);
        if (relative.getLabelString(relative.labels() - 1).startsWith("rpz-")) {
            skipped++;
            return;
        }
        boolean below = relative.isWild();
        var trigger = Names.of((below ? new Name(relative, 1) : relative) + ".");
        var name = NameKey.of(trigger);
        if (r instanceof CNAMERecord alias) {
            var verdict = verdict(alias.getTarget());
            if (verdict == Verdict.ADDRESS) {
                local(name, r, trigger);
            }
            add(name, !below, below, verdict);
            return;
        }
        local(name, r, trigger);
        add(name, !below, below, Verdict.ADDRESS);
    }

    private static Verdict verdict(Name target) {
        return switch (target.toString()) {
            case "." -> Verdict.NXDOMAIN;
            case "*." -> Verdict.NODATA;
            case "rpz-passthru." -> Verdict.PASS;
            case "rpz-drop." -> Verdict.DROP;
            default -> Verdict.ADDRESS;
        };
    }

    private void local(NameKey name, Record r, Name trigger) throws IOException {
        if (localRecords++ >= LOCAL_RECORDS_MAX) {
            throw new IOException(
                    "there are more than %d local records".formatted(LOCAL_RECORDS_MAX));
        }
        local.computeIfAbsent(name, _ -> new ArrayList<>(1))
                .add(
                        Record.newRecord(
                                trigger,
                                r.getType(),
                                r.getDClass(),
                                r.getTTL(),
                                r.rdataToWireCanonical()));
    }
}
