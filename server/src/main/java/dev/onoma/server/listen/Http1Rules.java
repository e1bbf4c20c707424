package dev.onoma.server.listen;

import dev.onoma.api.DnsOverHttp;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;

/// What HTTP/1.1 wants of a request (RFC 9112) beside what its codec looks at: on it proxies and
/// servers have to agree.
final class Http1Rules {
    private static final int NOT_IMPLEMENTED = 501;
    private static final int VERSION_NOT_SUPPORTED = 505;
    private static final int MAJOR_VERSION = 1;
    private static final String NOT_IN_HOST = "/?#@\\ \t";

    private Http1Rules() {}

    /// Looks at a request whose body is complete.
    ///
    /// @return [DnsOverHttp#OK], or the status that ends it and its connection
    static int check(HttpRequest request) {
        if (request.protocolVersion().majorVersion() != MAJOR_VERSION) {
            return VERSION_NOT_SUPPORTED;
        }
        if (isCoded(request)) {
            return NOT_IMPLEMENTED;
        }
        return isHostRight(request) ? DnsOverHttp.OK : DnsOverHttp.BAD_REQUEST;
    }

    // The codec takes "chunked" off when it has put the body together (section 6.1).
    private static boolean isCoded(HttpMessage request) {
        return request.headers().contains(HttpHeaderNames.TRANSFER_ENCODING);
    }

    // Section 3.2: exactly one, which may be missing only before 1.1.
    private static boolean isHostRight(HttpRequest request) {
        List<String> hosts = request.headers().getAll(HttpHeaderNames.HOST);
        if (hosts.isEmpty()) {
            return request.protocolVersion().equals(HttpVersion.HTTP_1_0);
        }
        return hosts.size() == 1
                && hosts.getFirst().chars().allMatch(c -> c > ' ' && NOT_IN_HOST.indexOf(c) < 0);
    }
}
