package dev.onoma.testkit;

/// What came of a query, seen by the client.
public sealed interface Answer {
    /// A message.
    record Got(Reply reply) implements Answer {
        @Override
        public String toString() {
            return reply.toString();
        }
    }

    /// Nothing within the client's patience.
    record Silence() implements Answer {
        @Override
        public String toString() {
            return Expected.SILENCE;
        }
    }

    /// The server ended the TCP connection.
    record Closed(long waitedNanos) implements Answer {
        @Override
        public String toString() {
            return Expected.CLOSED;
        }
    }

    /// A status of HTTP other than 200.
    record Refused(int status) implements Answer {
        @Override
        public String toString() {
            return Expected.HTTP + status;
        }
    }

    /// Octets that are no DNS message, or no way to the server.
    record Broken(String why) implements Answer {
        @Override
        public String toString() {
            return why;
        }
    }
}
