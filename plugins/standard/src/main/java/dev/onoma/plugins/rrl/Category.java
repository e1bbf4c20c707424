package dev.onoma.plugins.rrl;

import dev.onoma.api.Response;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// Kinds of answers that have limits of their own.
enum Category {
    RESPONSE(1, "responses-per-second"),
    NODATA(2, "nodata-per-second"),
    NXDOMAIN(3, "nxdomains-per-second"),
    REFERRAL(4, "referrals-per-second"),
    ERROR(5, "errors-per-second");

    private final int number;
    private final String property;

    Category(int number, String property) {
        this.number = number;
        this.property = property;
    }

    /// For hashes: 1 to 5.
    int number() {
        return number;
    }

    /// The word in a Corefile.
    String property() {
        return property;
    }

    static Category of(Response response) {
        if (response.count(Section.ANSWER) > 0) {
            return RESPONSE;
        }
        return switch (response.rcode()) {
            case Rcode.NXDOMAIN -> NXDOMAIN;
            case Rcode.NOERROR ->
                    response.hasType(Section.AUTHORITY, Type.NS)
                                    && !response.hasType(Section.AUTHORITY, Type.SOA)
                            ? REFERRAL
                            : NODATA;
            default -> ERROR;
        };
    }
}
