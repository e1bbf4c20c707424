package dev.onoma.api;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
    /// @param headers by name in lower case
    record Request(String method, String path, Map<String, String> headers) {
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
    record Answer(int status, String type, String encoding, byte[] body) {
        /// A plain text.
        public static Answer text(int status, String text) {
            return new Answer(
                    status, "text/plain; charset=utf-8", "", text.getBytes(StandardCharsets.UTF_8));
        }
    }
}
