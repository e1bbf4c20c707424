package dev.onoma.upstream;

import dev.onoma.api.Query;
import dev.onoma.api.Response;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Client subnets on their way to an upstream and back (RFC 7871).
public final class ClientSubnet {
    private static final int SCOPE = 3;
    private static final int ADDRESS = 4;

    private ClientSubnet() {}

    /// The EDNS options that an upstream is to get: those that somebody has put into the query, and
    /// the client's subnet if that is well formed.
    public static List<Response.Option> optionsFor(Query query) {
        var put = query.optionsForUpstream();
        var subnet = query.subnet();
        if (subnet == null
                || !isWellFormed(subnet)
                || put.stream().anyMatch(o -> o.code() == Query.OPTION_SUBNET)) {
            return put;
        }
        var all = new ArrayList<>(put);
        all.add(new Response.Option(Query.OPTION_SUBNET, subnet));
        return all;
    }

    // Section 6: the address has as many octets as the prefix takes, and nothing is in the scope.
    private static boolean isWellFormed(byte[] subnet) {
        if (subnet.length < ADDRESS || subnet[0] != 0 || subnet[SCOPE] != 0) {
            return false;
        }
        int bitsMax = subnet[1] == 1 ? 32 : subnet[1] == 2 ? 128 : -1;
        int bits = subnet[2] & 0xff;
        return bits <= bitsMax && subnet.length == ADDRESS + Math.ceilDiv(bits, 8);
    }

    /// Tells the client for which of its networks the answer is, if it has sent its subnet. An
    /// answer that is not for everybody is none for caches.
    ///
    /// @param reply the data of the option of the reply; empty for none
    public static Response answered(Query query, byte[] reply, Response response) {
        var asked = query.subnet();
        if (asked == null || reply.length < ADDRESS) {
            return response;
        }
        if (reply[SCOPE] != 0) {
            response.holdsWhile(Response.NOT_FOR_CACHES);
        }
        boolean own =
                query.optionsForUpstream().stream().noneMatch(o -> o.code() == Query.OPTION_SUBNET);
        // Section 7.3: what is about another network is none of this client's business.
        boolean same =
                Arrays.equals(asked, 0, SCOPE, reply, 0, SCOPE)
                        && Arrays.equals(
                                asked, ADDRESS, asked.length, reply, ADDRESS, reply.length);
        return own && same ? response.option(Query.OPTION_SUBNET, reply) : response;
    }
}
