package dev.onoma.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// What an upstream does with queries: rules in order, the first that fits is played.
///
/// ```
/// > *.slow.test. A              any name and type with *; "tcp", "udp", "once" may follow
/// after 200ms                   before what comes next
/// with wrong id                 or: wrong question NAME TYPE; as query; from 127.0.0.2
/// NOERROR aa                    rcode, flags (RA unless -ra), then records as dig prints them
/// @ 60 IN A 192.0.2.1           @ is the name that was asked
/// ;; authority
/// ;; ede 15 "text"
/// ```
///
/// Instead of a reply: `silence`, `close`, `raw HEX` (its first two octets become the id). Several
/// replies may follow each other. Queries that fit no rule are REFUSED.
record UpstreamScript(List<Rule> rules) {
    UpstreamScript {
        rules = List.copyOf(rules);
    }

    /// @param transport `tcp`, `udp`, or nothing for both
    record Rule(
            Line where,
            String name,
            String type,
            Optional<String> transport,
            boolean once,
            List<Action> actions) {

        Rule {
            actions = List.copyOf(actions);
        }

        boolean fits(String qname, int qtype, boolean tcp) {
            return Glob.matches(name, qname)
                    && Glob.matches(type, Type.string(qtype))
                    && transport.map(t -> t.equals(tcp ? "tcp" : "udp")).orElse(true);
        }
    }

    /// One thing done about a query.
    sealed interface Action {
        record After(Duration delay) implements Action {}

        record Close() implements Action {}

        record Raw(Octets octets) implements Action {}

        /// A reply.
        ///
        /// @param twist how the reply is spoiled, empty for not at all
        record Send(
                List<String> twist,
                int rcode,
                List<String> flags,
                List<List<RecordTemplate>> sections,
                Optional<Octets> options)
                implements Action {
            public Send {
                twist = List.copyOf(twist);
                flags = List.copyOf(flags);
                sections = List.copyOf(sections);
            }
        }
    }

    /// A record, `@` for the name that was asked.
    record RecordTemplate(Line where, String text) {
        Record record(Name asked) {
            var words = Records.words(text);
            if (words.size() < 5) {
                throw where.wrong("expected a record, OWNER TTL CLASS TYPE DATA");
            }
            try {
                var owner =
                        words.getFirst().equals("@")
                                ? asked
                                : Name.fromString(words.getFirst(), Name.root);
                var data = String.join(" ", words.subList(4, words.size()));
                return Record.fromString(
                        owner,
                        Type.value(words.get(3), true),
                        DClass.value(words.get(2)),
                        Long.parseLong(words.get(1)),
                        data,
                        Name.root);
            } catch (IOException | IllegalArgumentException e) {
                throw where.wrong("not a record: " + e.getMessage());
            }
        }
    }

    static UpstreamScript parse(List<Line> lines) {
        var rules = new ArrayList<Rule>();
        int at = 0;
        while (at < lines.size()) {
            var line = lines.get(at++);
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            if (!line.startsWith("> ")) {
                throw line.wrong("expected a rule of the upstream, \"> NAME TYPE\"");
            }
            int from = at;
            while (at < lines.size() && !lines.get(at).startsWith("> ")) {
                at++;
            }
            rules.add(rule(line, lines.subList(from, at)));
        }
        return new UpstreamScript(rules);
    }

    private static Rule rule(Line line, List<Line> lines) {
        var words = List.of(line.after("> ").split("\\s+"));
        if (words.size() < 2) {
            throw line.wrong("expected \"> NAME TYPE\"");
        }
        var transport =
                words.contains("tcp")
                        ? Optional.of("tcp")
                        : words.contains("udp") ? Optional.of("udp") : Optional.<String>empty();
        return new Rule(
                line,
                words.get(0),
                words.get(1),
                transport,
                words.contains("once"),
                new Actions().read(lines));
    }

    /// Reads the lines of one rule.
    private static final class Actions {
        private final List<Action> actions = new ArrayList<>();
        private final List<String> twist = new ArrayList<>();
        private List<List<RecordTemplate>> sections = List.of();
        private Optional<Octets> options = Optional.empty();
        private int section;
        private int rcode = -1;
        private List<String> flags = List.of();

        List<Action> read(List<Line> lines) {
            lines.stream().filter(line -> !line.isBlank()).forEach(this::line);
            finish();
            return actions;
        }

        private void line(Line line) {
            var text = line.text().strip();
            var words = List.of(text.split("\\s+"));
            var rest = words.subList(1, words.size());
            switch (words.getFirst()) {
                case "silence" -> finish();
                case "close" -> add(new Action.Close());
                case "after" ->
                        add(new Action.After(QuestionParser.duration(line, rest.getFirst())));
                case "raw" -> add(new Action.Raw(Octets.ofHex(String.join("", rest))));
                case "with", "as", "from" -> {
                    finish();
                    twist.add(text);
                }
                case ";;" -> note(line, rest);
                default -> statusOrRecord(line, text, words);
            }
        }

        private void add(Action action) {
            finish();
            actions.add(action);
        }

        private void statusOrRecord(Line line, String text, List<String> words) {
            int code = Rcode.value(words.getFirst());
            if (code >= 0) {
                finish();
                rcode = code;
                flags =
                        words.subList(1, words.size()).stream()
                                .map(flag -> flag.toUpperCase(Locale.ROOT))
                                .toList();
                section = Section.ANSWER;
                sections =
                        List.of(List.of(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
            } else if (rcode < 0) {
                throw line.wrong("expected a reply (NOERROR ...), silence, close, raw or after");
            } else {
                sections.get(section).add(new RecordTemplate(line, text));
            }
        }

        private void note(Line line, List<String> words) {
            var word = words.isEmpty() ? "" : words.getFirst();
            if (Sections.ofWord(word) > 0) {
                section = Sections.ofWord(word);
            } else if (word.equals("ede") && words.size() > 1) {
                var text = String.join(" ", words.subList(2, words.size())).replace("\"", "");
                options = Optional.of(ede(Integer.parseInt(words.get(1)), text));
            } else if (word.equals("option") && words.size() == 2) {
                options = Optional.of(option(words.get(1)));
            } else if (word.equals("edns")) {
                options = Optional.of(Octets.ofHex(""));
            } else {
                throw line.wrong(
                        "after ;; an upstream knows authority, additional, ede, edns, option");
            }
        }

        private static Octets ede(int code, String text) {
            var bytes = text.getBytes(StandardCharsets.UTF_8);
            var out = new ByteArrayOutputStream();
            QuestionParser.put16(out, 15);
            QuestionParser.put16(out, 2 + bytes.length);
            QuestionParser.put16(out, code);
            out.writeBytes(bytes);
            return Octets.of(out.toByteArray());
        }

        private static Octets option(String word) {
            int colon = word.indexOf(':');
            var data = Octets.ofHex(colon < 0 ? "" : word.substring(colon + 1));
            var out = new ByteArrayOutputStream();
            QuestionParser.put16(
                    out, Integer.parseInt(colon < 0 ? word : word.substring(0, colon)));
            QuestionParser.put16(out, data.length());
            out.writeBytes(data.toArray());
            return Octets.of(out.toByteArray());
        }

        private void finish() {
            if (rcode >= 0) {
                actions.add(new Action.Send(twist, rcode, flags, sections, options));
                twist.clear();
            }
            rcode = -1;
            options = Optional.empty();
        }
    }
}
