package dev.onoma.server.wire;

import dev.onoma.api.Ede;
import dev.onoma.api.Response;
import dev.onoma.api.WireSections;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// Writes responses into an array that it keeps.
///
/// Header, then the question as it came, octet for octet (RFC 4343, 0x20), then the ready sections
/// by one copy, then an OPT record of our own if the query had one (RFC 6891, section 6.1.1).
/// Belongs to one event loop.
///
/// What does not fit is cut at a record: first additional records, without TC, as nobody needs them
/// (RFC 2181, section 9), unless they are the glue of a referral (RFC 9471); then authority and
/// answer, with TC. Records that fit are sent along with TC: resolvers without TCP, such as those
/// of older Alpine images, live on them.
public final class Encoder {
    /// The longest text of an extended error that is sent.
    static final int EDE_TEXT_OCTETS_MAX = 128;

    private static final int OPTION_KEEPALIVE = 11;
    private static final int OPTION_PADDING = 12;
    private static final int OPTION_EDE = 15;

    // RFC 8467, section 4.1.
    private static final int PADDING_BLOCK_OCTETS = 468;
    private static final int OCTETS_MAX = 65_535;

    // Room for sections that are cut afterwards, and for options behind them.
    private byte[] out = new byte[2 * 4096];
    private int at;

    /// The array that was written to last.
    public byte[] octets() {
        return out;
    }

    /// Encodes a response.
    ///
    /// @return its length
    public int encode(WireQuery query, Response response) {
        var sections = response.sections();
        int question = query.questionEnd();
        int signature = query.signatureOctets();
        room(question + sections.length() + 512 + optionsLength(response) + signature);
        System.arraycopy(query.wire(), 0, out, 0, question);
        at = question;
        options(query, response, false);
        int optOctets = at - question;
        int limit = query.responseOctetsMax() - signature;
        sections.copyTo(out, question);
        adjust(response, sections, question);
        boolean cut = response.isTruncated();
        int kept = sections.count();
        if (question + sections.length() + optOctets > limit) {
            if (optOctets > 0 && response.ede() != Ede.NONE) {
                at = question;
                options(query, response, true);
                optOctets = at - question;
                sections.copyTo(out, question);
                adjust(response, sections, question);
            }
            kept = fitting(sections, limit - question - optOctets);
            cut |=
                    kept < sections.first(Section.ADDITIONAL)
                            || kept < sections.count() && isReferral(response, sections);
            int end = question + (kept == 0 ? 0 : sections.endOffset(kept - 1));
            at = end;
            options(query, response, response.ede() != Ede.NONE);
            optOctets = query.edns() ? at - end : 0;
        } else {
            at = question + sections.length();
            options(query, response, false);
        }
        if (query.wantsPadding()) {
            pad(at - optOctets, signature, limit);
        }
        header(query, response, cut);
        counts(sections, kept, optOctets > 0);
        return signed(query);
    }

    private static int fitting(WireSections sections, int room) {
        int kept = sections.count();
        while (kept > 0 && sections.endOffset(kept - 1) > room) {
            kept--;
        }
        return kept;
    }

    private static boolean isReferral(Response response, WireSections sections) {
        return !response.isAuthoritative()
                && sections.count(Section.ANSWER) == 0
                && sections.hasType(Section.AUTHORITY, Type.NS);
    }

    /// Encodes a response without records that is no work of the chain.
    ///
    /// @param rcode 0 to 4095
    /// @return its length
    public int error(WireQuery query, int rcode) {
        int question = query.questionEnd();
        room(question + 64);
        System.arraycopy(query.wire(), 0, out, 0, question);
        at = question;
        if (query.edns()) {
            opt(query, rcode >> 4);
            if (query.wantsPadding()) {
                pad(question, query.signatureOctets(), OCTETS_MAX);
            }
        }
        out[2] = (byte) (out[2] & 0x78 | 0x80 | (query.recursionDesired() ? 1 : 0));
        out[3] = (byte) (out[3] & 0x10 | rcode & 15);
        put16(4, question > 12 ? 1 : 0);
        put16(6, 0);
        put16(8, 0);
        put16(10, query.edns() ? 1 : 0);
        return signed(query);
    }

    // Last of all, over what leaves (RFC 8945, section 5.3).
    private int signed(WireQuery query) {
        var signer = query.signer();
        if (signer != null) {
            room(at + signer.octetsMax());
            at = signer.sign(out, at);
        }
        return at;
    }

    private void header(WireQuery query, Response response, boolean cut) {
        int high = out[2] & 0x78 | 0x80;
        high |= response.isAuthoritative() ? 4 : 0;
        high |= cut ? 2 : 0;
        high |= query.recursionDesired() ? 1 : 0;
        int low = out[3] & 0x10;
        low |= response.isRecursionAvailable() ? 0x80 : 0;
        // AD is for those who understand it (RFC 6840, section 5.8).
        boolean knowsAd = query.authenticData() || query.dnssecOk();
        low |= response.isAuthenticData() && knowsAd ? 0x20 : 0;
        out[2] = (byte) high;
        out[3] = (byte) (low | response.rcode() & 15);
        put16(4, 1);
    }

    private void counts(WireSections sections, int kept, boolean opt) {
        int left = kept;
        for (int section = Section.ANSWER; section <= Section.ADDITIONAL; section++) {
            int count = Math.min(left, sections.count(section));
            left -= count;
            put16(4 + 2 * section, count + (section == Section.ADDITIONAL && opt ? 1 : 0));
        }
    }

    private void adjust(Response response, WireSections sections, int begin) {
        if (!response.isTtlKept()) {
            for (int i = 0; i < sections.count(); i++) {
                int ttl = response.ttl(sections.ttl(i));
                int ttlAt = begin + sections.ttlOffset(i);
                put16(ttlAt, ttl >>> 16);
                put16(ttlAt + 2, ttl);
            }
        }
        long seed = response.shuffleSeed();
        if (seed != 0) {
            shuffle(sections, begin, seed);
        }
    }

    // Exchanges the addresses of an RRset, not its records: names that point to names stay right.
    private void shuffle(WireSections sections, int begin, long seed) {
        long random = seed;
        int count = sections.count();
        int group = 0;
        for (int i = 0; i + 1 < count; i++) {
            int type = sections.type(i);
            if (type != Type.A && type != Type.AAAA) {
                continue;
            }
            if (i >= group) {
                group = group(sections, i, type);
            }
            // Fisher-Yates; the modulus is fair enough for some tens of addresses.
            random ^= random << 13;
            random ^= random >>> 7;
            random ^= random << 17;
            int other = i + (int) ((random >>> 33) % (group - i));
            if (other != i) {
                swap(
                        begin + sections.rdataOffset(i),
                        begin + sections.rdataOffset(other),
                        sections.rdataLength(i));
            }
        }
    }

    // Behind the last record that belongs to the RRset of record `i`.
    private static int group(WireSections sections, int i, int type) {
        int end = i + 1;
        while (end < sections.count()
                && sections.type(end) == type
                && sameOwner(sections, i, end)) {
            end++;
        }
        return end;
    }

    private static boolean sameOwner(WireSections sections, int a, int b) {
        int atA = a == 0 ? 0 : sections.endOffset(a - 1);
        int atB = sections.endOffset(b - 1);
        int length = sections.ttlOffset(a) - atA;
        if (sections.ttlOffset(b) - atB != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (sections.octet(atA + i) != sections.octet(atB + i)) {
                return false;
            }
        }
        return true;
    }

    private void swap(int a, int b, int length) {
        for (int i = 0; i < length; i++) {
            byte kept = out[a + i];
            out[a + i] = out[b + i];
            out[b + i] = kept;
        }
    }

    private static int optionsLength(Response response) {
        int length = 0;
        var options = response.options();
        for (int i = 0; i < options.size(); i++) {
            length += 4 + options.get(i).data().length;
        }
        return length;
    }

    // The OPT record at `at`; the text of an extended error is the first thing to go.
    private void options(WireQuery query, Response response, boolean bare) {
        if (!query.edns()) {
            return;
        }
        int begin = at;
        opt(query, response.rcode() >> 4);
        var options = response.options();
        for (int i = 0; i < options.size(); i++) {
            var option = options.get(i);
            put16(at, option.code());
            put16(at + 2, option.data().length);
            System.arraycopy(option.data(), 0, out, at + 4, option.data().length);
            at += 4 + option.data().length;
        }
        if (query.wantsKeepalive()) {
            put16(at, OPTION_KEEPALIVE);
            put16(at + 2, 2);
            put16(at + 4, query.keepaliveTenths());
            at += 6;
        }
        if (response.ede() != Ede.NONE) {
            ede(response.ede(), bare ? "" : response.edeText());
        }
        put16(begin + 9, at - begin - 11);
    }

    // Makes the message, with its signature, a whole number of blocks long, as far as there is
    // room.
    private void pad(int opt, int signature, int limit) {
        int over = (at + 4 + signature) % PADDING_BLOCK_OCTETS;
        int padding = over == 0 ? 0 : PADDING_BLOCK_OCTETS - over;
        if (at + 4 + padding > limit) {
            return;
        }
        room(at + 4 + padding);
        put16(at, OPTION_PADDING);
        put16(at + 2, padding);
        Arrays.fill(out, at + 4, at + 4 + padding, (byte) 0);
        at += 4 + padding;
        put16(opt + 9, at - opt - 11);
    }

    private void ede(int code, String text) {
        var octets = text.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(octets.length, EDE_TEXT_OCTETS_MAX);
        while (length > 0 && length < octets.length && (octets[length] & 0xc0) == 0x80) {
            length--;
        }
        put16(at, OPTION_EDE);
        put16(at + 2, 2 + length);
        put16(at + 4, code);
        System.arraycopy(octets, 0, out, at + 6, length);
        at += 6 + length;
    }

    private void opt(WireQuery query, int extendedRcode) {
        out[at] = 0;
        put16(at + 1, Type.OPT);
        put16(at + 3, WireQuery.UDP_RESPONSE_OCTETS_MAX);
        out[at + 5] = (byte) extendedRcode;
        out[at + 6] = 0;
        put16(at + 7, query.dnssecOk() ? 0x8000 : 0);
        put16(at + 9, 0);
        at += 11;
    }

    private void put16(int offset, int value) {
        out[offset] = (byte) (value >> 8);
        out[offset + 1] = (byte) value;
    }

    private void room(int octets) {
        if (out.length < octets) {
            out = Arrays.copyOf(out, Math.min(2 * octets, 2 * OCTETS_MAX));
        }
    }
}
