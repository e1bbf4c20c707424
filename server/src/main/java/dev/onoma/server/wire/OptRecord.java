package dev.onoma.server.wire;

import dev.onoma.api.Response;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The OPT record of a packet (RFC 6891, section 6.1.2): where it is, and what it says. The packet
/// itself comes with each call, as it belongs to the query.
final class OptRecord {
    private static final int UDP_OCTETS_MIN = 512;
    private static final int OPTION_COOKIE = 10;

    private int at; // its type; the owner is the octet before; 0 without one
    private int advertised;
    private boolean dnssecOk;

    void forget() {
        at = 0;
        advertised = UDP_OCTETS_MIN;
        dnssecOk = false;
    }

    boolean isThere() {
        return at != 0;
    }

    /// The response size that the sender takes, at least 512 octets.
    int advertised() {
        return advertised;
    }

    void advertised(int octets) {
        advertised = octets;
    }

    boolean dnssecOk() {
        return dnssecOk;
    }

    /// Reads one: owned by the root, the only one, with options that fill it exactly (RFC 6891,
    /// section 6.1).
    ///
    /// @param typeAt where its type stands; `end` is behind its last option
    /// @return false if its form is wrong
    boolean read(byte[] wire, int owner, int typeAt, int end) {
        if (at != 0 || typeAt != owner + 1) {
            return false;
        }
        // The client has EDNS even if its options are wrong: the error says so (row H18).
        at = typeAt;
        advertised = Math.max(UDP_OCTETS_MIN, u16(wire, typeAt + 2));
        dnssecOk = wire[typeAt + 6] < 0;
        int option = typeAt + 10;
        while (option + 4 <= end) {
            int length = u16(wire, option + 2);
            if (u16(wire, option) == OPTION_COOKIE && !isCookieLength(length)) {
                return false;
            }
            option += 4 + length;
        }
        return option == end;
    }

    // A client part of 8 octets, alone or with a server part of 8 to 32 (RFC 7873, section 4).
    private static boolean isCookieLength(int length) {
        return length == 8 || length >= 16 && length <= 40;
    }

    boolean isVersionZero(byte[] wire) {
        return at == 0 || wire[at + 5] == 0;
    }

    /// Where it begins, with its owner; the same as [#end] without one.
    int begin() {
        return at == 0 ? 0 : at - 1;
    }

    int end(byte[] wire) {
        return at == 0 ? 0 : at + 10 + u16(wire, at + 8);
    }

    boolean has(byte[] wire, int code) {
        return at != 0 && find(wire, code) > 0;
    }

    byte @Nullable [] option(byte[] wire, int code) {
        int found = at == 0 ? 0 : find(wire, code);
        return found == 0
                ? null
                : Arrays.copyOfRange(wire, found + 4, found + 4 + u16(wire, found + 2));
    }

    private int find(byte[] wire, int code) {
        int end = end(wire);
        for (int option = at + 10; option + 4 <= end; option += 4 + u16(wire, option + 2)) {
            if (u16(wire, option) == code) {
                return option;
            }
        }
        return 0;
    }

    List<Response.Option> options(byte[] wire) {
        if (at == 0) {
            return List.of();
        }
        var all = new ArrayList<Response.Option>();
        int end = end(wire);
        for (int option = at + 10; option + 4 <= end; option += 4 + u16(wire, option + 2)) {
            var data = Arrays.copyOfRange(wire, option + 4, option + 4 + u16(wire, option + 2));
            all.add(new Response.Option(u16(wire, option), data));
        }
        return all;
    }

    private static int u16(byte[] wire, int offset) {
        return (wire[offset] & 0xff) << 8 | wire[offset + 1] & 0xff;
    }
}
