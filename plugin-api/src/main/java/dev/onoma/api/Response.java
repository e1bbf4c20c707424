package dev.onoma.api;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// The response of one query, in the making: header bits, records, EDNS options.
///
/// Its records are either [WireSections], ready for the socket, or dnsjava records. Who only passes
/// it on or sets a flag costs nothing; who looks at records gets them decoded, and changing them
/// makes them records for good. Id, opcode, question, RD, CD and the OPT record are the server's.
///
/// Belongs to its query, and to the query's thread.
public final class Response {
    /// The validity of an answer that no cache keeps: its source knows it as quickly as a cache
    /// would, and changes it without notice.
    public static final BooleanSupplier NOT_FOR_CACHES = () -> false;

    private final Query query;
    private final Outcome.Reply outcome = new Outcome.Reply(this);
    private final List<Record> answer = new ArrayList<>(0);
    private final List<Record> authority = new ArrayList<>(0);
    private final List<Record> additional = new ArrayList<>(0);
    private final List<Option> options = new ArrayList<>(0);
    private @Nullable WireSections wire = WireSections.EMPTY;
    private int rcode;
    private boolean authoritative;
    private boolean recursionAvailable;
    private boolean authenticData;
    private boolean truncated;
    private int ttlMin;
    private int ttlMax;
    private int age;
    private long shuffleSeed;
    private int ede;
    private String edeText = "";
    private @Nullable BooleanSupplier validity;
    private @Nullable MoreMessages more;

    /// An EDNS option for the client.
    ///
    /// @param code 0 to 65535
    public record Option(int code, byte[] data) {
        /// Whether the other one has the same code and the same data.
        public boolean isSame(Option other) {
            return code == other.code && Arrays.equals(data, other.data);
        }
    }

    /// The response of a query. Only for those who implement [Query].
    public Response(Query query) {
        this.query = query;
        clear();
    }

    /// NOERROR, no flags, no records.
    public Response clear() {
        answer.clear();
        authority.clear();
        additional.clear();
        options.clear();
        wire = WireSections.EMPTY;
        rcode = Rcode.NOERROR;
        authoritative = false;
        recursionAvailable = false;
        authenticData = false;
        truncated = false;
        ttlMin = 0;
        ttlMax = Integer.MAX_VALUE;
        age = 0;
        shuffleSeed = 0;
        ede = Ede.NONE;
        edeText = "";
        validity = null;
        more = null;
        return this;
    }

    /// This response as the outcome of its query.
    public Outcome.Reply build() {
        return outcome;
    }

    /// The query that this answers.
    public Query query() {
        return query;
    }

    /// The response code, 0 to 4095 (RFC 6891, section 6.1.3).
    public int rcode() {
        return rcode;
    }

    public Response rcode(int code) {
        rcode = code;
        return this;
    }

    /// AA (RFC 1035, section 4.1.1).
    public boolean isAuthoritative() {
        return authoritative;
    }

    /// Sets AA.
    public Response authoritative() {
        return authoritative(true);
    }

    public Response authoritative(boolean set) {
        authoritative = set;
        return this;
    }

    /// RA (RFC 1035, section 4.1.1).
    public boolean isRecursionAvailable() {
        return recursionAvailable;
    }

    public Response recursionAvailable(boolean set) {
        recursionAvailable = set;
        return this;
    }

    /// AD (RFC 4035, section 3.2.3). It goes out to clients that set AD or DO (RFC 6840, section
    /// 5.8).
    public boolean isAuthenticData() {
        return authenticData;
    }

    public Response authenticData(boolean set) {
        authenticData = set;
        return this;
    }

    /// TC, set by somebody who knows that records are missing. What does not fit the client is the
    /// server's business.
    public boolean isTruncated() {
        return truncated;
    }

    public Response truncated(boolean set) {
        truncated = set;
        return this;
    }

    /// Takes records that are ready, in place of all others. They must fit the question.
    public Response sections(WireSections sections) {
        answer.clear();
        authority.clear();
        additional.clear();
        wire = sections;
        return this;
    }

    /// The records, ready for the socket, before TTL limits, age and shuffling. Encodes them if
    /// they are not.
    public WireSections sections() {
        var ready = wire;
        return ready != null ? ready : WireSections.of(query.name(), answer, authority, additional);
    }

    /// The length of the message without its OPT record, before it is cut to what the client can
    /// receive. Records that are not ready are encoded now, and the octets kept for the socket.
    public int sizeOctets() {
        if (wire == null) {
            sections(sections());
        }
        return query.questionEnd() + sections().length();
    }

    /// The records as they are, or null when they are dnsjava records.
    public @Nullable WireSections sectionsIfReady() {
        return wire;
    }

    public Response answer(Record added) {
        answers().add(added);
        return this;
    }

    public Response authority(Record added) {
        authorities().add(added);
        return this;
    }

    public Response additional(Record added) {
        additionals().add(added);
        return this;
    }

    /// The records of the answer section; may be changed.
    public List<Record> answers() {
        decode();
        return answer;
    }

    /// The records of the authority section; may be changed.
    public List<Record> authorities() {
        decode();
        return authority;
    }

    /// The records of the additional section without OPT; may be changed.
    public List<Record> additionals() {
        decode();
        return additional;
    }

    /// The number of records of a section of [Section].
    public int count(int section) {
        var ready = wire;
        if (ready != null) {
            return ready.count(section);
        }
        return list(section).size();
    }

    /// Whether a section has a record of this type.
    public boolean hasType(int section, int type) {
        var ready = wire;
        return ready != null
                ? ready.hasType(section, type)
                : list(section).stream().anyMatch(r -> r.getType() == type);
    }

    private List<Record> list(int section) {
        return switch (section) {
            case Section.ANSWER -> answer;
            case Section.AUTHORITY -> authority;
            case Section.ADDITIONAL -> additional;
            default -> throw new IllegalArgumentException("no section " + section);
        };
    }

    /// Takes authority and additional records away (EDNS options stay).
    public Response withoutExtras() {
        var ready = wire;
        if (ready != null) {
            wire = ready.answersOnly();
        } else {
            authority.clear();
            additional.clear();
        }
        return this;
    }

    private void decode() {
        var ready = wire;
        if (ready == null) {
            return;
        }
        wire = null;
        if (ready.count() == 0) {
            return;
        }
        var message = ready.decode(query.name(), this::ttl);
        for (int section = Section.ANSWER; section <= Section.ADDITIONAL; section++) {
            list(section).addAll(message.getSection(section));
        }
        ttlMin = 0;
        ttlMax = Integer.MAX_VALUE;
        age = 0;
        long seed = shuffleSeed;
        if (seed != 0) {
            // Now, so that the order of who looks at the records is the last word.
            shuffleSeed = 0;
            shuffle(seed);
        }
    }

    /// Keeps every TTL within these seconds.
    public Response ttlRange(int min, int max) {
        ttlMin = min;
        ttlMax = max;
        return this;
    }

    /// Takes seconds off every TTL, after [#ttlRange].
    public Response age(int seconds) {
        age = seconds;
        return this;
    }

    /// Whether TTLs go out as they stand in the sections.
    public boolean isTtlKept() {
        return age == 0 && ttlMin == 0 && ttlMax == Integer.MAX_VALUE;
    }

    /// The TTL that goes out for one that stands in the sections.
    public int ttl(int stored) {
        return Math.max(0, Math.clamp(stored, ttlMin, ttlMax) - age);
    }

    /// Puts addresses (and MX) into a random order when the response leaves; other records keep
    /// their places.
    ///
    /// @param seed random, different for each response
    public Response shuffle(long seed) {
        var ready = wire;
        if (ready == null) {
            var random = new Random(seed);
            for (int section = Section.ANSWER; section <= Section.ADDITIONAL; section++) {
                shuffle(list(section), random);
            }
        } else if (ready.isShufflable()) {
            shuffleSeed = seed;
        }
        return this;
    }

    private static void shuffle(List<Record> records, Random random) {
        if (records.size() < 2) {
            return;
        }
        var aliases = new ArrayList<Record>();
        var others = new ArrayList<Record>();
        var addresses = new ArrayList<Record>();
        var exchangers = new ArrayList<Record>();
        for (var r : records) {
            (switch (r.getType()) {
                        case Type.CNAME -> aliases;
                        case Type.A, Type.AAAA -> addresses;
                        case Type.MX -> exchangers;
                        default -> others;
                    })
                    .add(r);
        }
        Collections.shuffle(addresses, random);
        Collections.shuffle(exchangers, random);
        records.clear();
        records.addAll(aliases);
        records.addAll(others);
        records.addAll(addresses);
        records.addAll(exchangers);
    }

    /// What [#shuffle] was told, or 0.
    public long shuffleSeed() {
        return shuffleSeed;
    }

    /// Adds an EDNS option; it goes out if the query has EDNS.
    public Response option(int code, byte[] data) {
        options.add(new Option(code, data));
        return this;
    }

    /// The options so far.
    public List<Option> options() {
        return options;
    }

    /// Gives the reason as an extended DNS error (RFC 8914); it goes out if the query has EDNS.
    public Response ede(int infoCode, String text) {
        ede = infoCode;
        edeText = text;
        return this;
    }

    /// The info code of the extended DNS error, or [Ede#NONE].
    public int ede() {
        return ede;
    }

    /// The text of the extended DNS error.
    public String edeText() {
        return edeText;
    }

    /// Says that this holds only while `holds` does, whatever the TTLs say: a cache asks before it
    /// gives the answer to somebody else, on any thread and for each hit, and never serves it
    /// stale.
    public Response holdsWhile(BooleanSupplier holds) {
        validity = holds;
        return this;
    }

    /// What [#holdsWhile] was told; null when TTLs alone count.
    public @Nullable BooleanSupplier validity() {
        return validity;
    }

    /// Says that further messages follow this one. They go out on transports with
    /// [Transport#carriesTransfers]; on others the client gets REFUSED.
    public Response followedBy(MoreMessages messages) {
        more = messages;
        return this;
    }

    /// What [#followedBy] was told; null when this message is all.
    public @Nullable MoreMessages more() {
        return more;
    }

    /// The response that says this to `original`, the query of which the query of this response is
    /// another form ([Query#asking]) or a part ([Query#resolve]).
    public Response answering(Query original) {
        if (original == query) {
            return this;
        }
        var turned = original.reply();
        var messages = more;
        if (messages != null && !original.name().equals(query.name())) {
            // They fit the other name only.
            messages.close();
            return turned.rcode(Rcode.REFUSED);
        }
        turned.more = messages;
        turned.takeHead(this);
        turned.answers().addAll(answers());
        turned.authority.addAll(authorities());
        turned.additional.addAll(additionals());
        return turned;
    }

    /// What [#answering] says, with the name of `original` in place of the name of this query
    /// wherever that is an owner. Only for [WireSections#areAddressesOfQuestion], which stay as
    /// they are.
    public Response renamed(Query original) {
        var turned = original.reply();
        turned.takeHead(this);
        turned.sections(sections());
        turned.ttlMin = ttlMin;
        turned.ttlMax = ttlMax;
        turned.age = age;
        turned.shuffleSeed = shuffleSeed;
        return turned;
    }

    private void takeHead(Response other) {
        rcode = other.rcode;
        authoritative = other.authoritative;
        recursionAvailable = other.recursionAvailable;
        authenticData = other.authenticData;
        truncated = other.truncated;
        ede = other.ede;
        edeText = other.edeText;
        validity = other.validity;
        options.addAll(other.options);
    }

    /// The SOA record of the authority section, or null.
    public @Nullable Record soa() {
        return authorities().stream().filter(r -> r.getType() == Type.SOA).findFirst().orElse(null);
    }

    /// The name asked for.
    public Name name() {
        return query.name();
    }
}
