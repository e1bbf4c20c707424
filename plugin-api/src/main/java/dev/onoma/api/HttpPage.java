package dev.onoma.api;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/// What stands at one path of an [HttpEndpoint]. Asked on virtual threads, several at a time; may
/// wait.
@FunctionalInterface
public interface HttpPage {
    /// The answer to a request, whatever its method.
    Answer get(Request request) throws IOException;

    /// A request, without its body, which nobody here reads.
    ///
    /// @param method in upper case
    /// @param path without what follows `?`
    /// @param query what follows `?`, or the empty string
    /// @param headers by name in lower case
    record Request(String method, String path, String query, Map<String, String> headers) {
        /// Whether the client wants something changed: POST, PUT or DELETE (RFC 9110, section 9).
        public boolean isChange() {
            return method.equals("POST") || method.equals("PUT") || method.equals("DELETE");
        }

        /// A parameter of the query, decoded; the first of several, or the empty string.
        public String parameter(String name) {
            for (var pair : query.split("&", -1)) {
                int equals = pair.indexOf('=');
                var key = equals < 0 ? pair : pair.substring(0, equals);
                if (name.equals(decoded(key))) {
                    return equals < 0 ? "" : decoded(pair.substring(equals + 1));
                }
            }
            return "";
        }

        private static String decoded(String text) {
            try {
                return URLDecoder.decode(text, StandardCharsets.UTF_8);
            } catch (IllegalArgumentException _) {
                return text; // a bare percent sign: taken as it is
            }
        }

        /// A header, or the empty string.
        public String header(String name) {
            return headers.getOrDefault(name, "");
        }
    }

    /// An answer.
    ///
    /// @param status 200 to 599
    /// @param type of the content
    /// @param encoding of the content; may be empty
    /// @param headers further ones, by name
    record Answer(
            int status, String type, String encoding, byte[] body, Map<String, String> headers) {
        public Answer {
            headers = Map.copyOf(headers);
        }

        /// An answer without further headers.
        public Answer(int status, String type, String encoding, byte[] body) {
            this(status, type, encoding, body, Map.of());
        }

        /// The same, with further headers.
        public Answer with(Map<String, String> more) {
            var all = new HashMap<>(headers);
            all.putAll(more);
            return new Answer(status, type, encoding, body, all);
        }

        /// A plain text.
        public static Answer text(int status, String text) {
            return new Answer(
                    status, "text/plain; charset=utf-8", "", text.getBytes(StandardCharsets.UTF_8));
        }
    }
}
