package dev.onoma.testkit;

import java.time.Duration;
import java.util.Optional;

/// What is sent, and how.
///
/// @param text as it stands in the scenario
/// @param message the octets, without the length that TCP puts before them
/// @param raw whether the scenario gave the octets, so that nothing about the reply goes without
///   saying
/// @param over what it travels over
/// @param path of the URL over HTTPS
/// @param framed whether TCP sends the length first; always true but for raw octets
/// @param sizeMax octets that the client takes over UDP
/// @param times how often the question is asked, one after the other
/// @param connection the name of a TCP connection that several questions share
/// @param as a name by which the answer is awaited later
/// @param server `ADDRESS:PORT`, placeholders included, instead of the subject's own
/// @param from the client's own address
/// @param split octets per segment over TCP, 0 for all at once
/// @param halfClose whether the client ends its direction of the connection after the question
public record Question(
        String text,
        Octets message,
        boolean raw,
        Over over,
        String path,
        boolean framed,
        int sizeMax,
        Duration timeout,
        int times,
        Optional<String> connection,
        Optional<String> as,
        Optional<String> server,
        Optional<String> from,
        int split,
        boolean halfClose) {

    /// What a question travels over.
    public enum Over {
        UDP,
        TCP,
        TLS,
        /// By POST (RFC 8484, section 4.1).
        HTTPS,
        /// By GET.
        HTTPS_GET
    }

    /// Whether an EDNS record goes with the query (RFC 6891); not known of raw octets.
    boolean hasEdns() {
        return !raw && message.unsigned16(10) > 0;
    }

    boolean flag(Flag flag) {
        return message.length() >= 4 && (message.unsigned16(2) & flag.mask) != 0;
    }

    /// The flags of the header (RFC 1035, section 4.1.1; RFC 4035, section 3.2).
    enum Flag {
        QR(0x8000),
        AA(0x0400),
        TC(0x0200),
        RD(0x0100),
        RA(0x0080),
        Z(0x0040),
        AD(0x0020),
        CD(0x0010);

        final int mask;

        Flag(int mask) {
            this.mask = mask;
        }

        String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }
}
