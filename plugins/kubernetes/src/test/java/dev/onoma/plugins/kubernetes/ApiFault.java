package dev.onoma.plugins.kubernetes;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What goes wrong. Each begins, the cluster changes, the client meets with it, it ends.
enum ApiFault {
    EXPIRED_WATCH(ApiFailure.Cause.GONE) {
        @Override
        void begin(ApiFaultsTest test) {
            test.server.expire();
        }
    },
    EXPIRED_VERSION(ApiFailure.Cause.GONE) {
        @Override
        void begin(ApiFaultsTest test) {
            test.server.faults().stall();
        }

        @Override
        void end(ApiFaultsTest test) {
            test.server.compact();
            test.server.faults().goOn();
            test.server.reset();
        }
    },
    EXPIRED_PAGES(ApiFailure.Cause.GONE) {
        @Override
        void begin(ApiFaultsTest test) {
            test.server.faults().refuseStreamingLists(true);
            test.server.faults().pageMax(100);
            test.server.faults().expirePages(3);
            test.server.expire();
        }
    },
    THROTTLED(ApiFailure.Cause.THROTTLED) {
        @Override
        void begin(ApiFaultsTest test) {
            ApiFaultsTest.RESOURCES.forEach(
                    r -> test.server.faults().refuse(r, 429, Duration.ofSeconds(1), 1));
            test.server.reset();
        }
    },
    FORBIDDEN(ApiFailure.Cause.FORBIDDEN) {
        @Override
        void begin(ApiFaultsTest test) {
            ApiFaultsTest.RESOURCES.forEach(
                    r -> test.server.faults().refuse(r, 403, Duration.ZERO, 3));
            test.server.reset();
        }
    },
    BROKEN_SERVER(ApiFailure.Cause.REFUSED) {
        @Override
        void begin(ApiFaultsTest test) {
            ApiFaultsTest.RESOURCES.forEach(
                    r -> test.server.faults().refuse(r, 500, Duration.ZERO, 3));
            test.server.reset();
        }
    },
    RESET(ApiFailure.Cause.BROKEN) {
        @Override
        void begin(ApiFaultsTest test) {
            test.server.reset();
        }
    },
    OUTAGE(ApiFailure.Cause.UNREACHABLE) {
        @Override
        void begin(ApiFaultsTest test) throws IOException {
            test.server.stop();
        }

        @Override
        void end(ApiFaultsTest test) throws IOException {
            test.server.restart();
        }
    },
    STALL(ApiFailure.Cause.STALLED) {
        @Override
        void begin(ApiFaultsTest test) {
            test.server.faults().stall();
            test.server.reset(); // what is asked from now on is not answered
        }

        @Override
        void end(ApiFaultsTest test) {
            test.server.faults().goOn();
        }
    },
    SILENT_WATCH(ApiFailure.Cause.STALLED) {
        @Override
        void begin(ApiFaultsTest test) {
            test.server.faults().stall(); // watches neither end nor say anything
        }

        @Override
        void end(ApiFaultsTest test) {
            test.server.faults().goOn();
        }
    },
    DEAD_CONNECTION(ApiFailure.Cause.STALLED) {
        @Override
        void begin(ApiFaultsTest test) {
            test.server.hold();
        }
    },
    REPEATED_EVENTS(null) {
        @Override
        void begin(ApiFaultsTest test) {
            test.server.repeat(50);
        }

        @Override
        void end(ApiFaultsTest test) {
            test.server.repeat(20);
        }
    },
    LATE_EVENTS(null) {
        @Override
        void end(ApiFaultsTest test) {
            test.server.repeatBackwards(20);
        }
    },
    NO_BOOKMARK(ApiFailure.Cause.ENDLESS) {
        @Override
        void begin(ApiFaultsTest test) {
            test.server.faults().withholdBookmarks(true);
            test.server.expire();
        }
    },
    BROKEN_STREAMING_LIST(ApiFailure.Cause.BROKEN) {
        @Override
        void begin(ApiFaultsTest test) {
            test.server.faults().breakLists(30, 3);
            test.server.expire();
        }
    },
    TRUNCATED_LIST(ApiFailure.Cause.BROKEN) {
        @Override
        void begin(ApiFaultsTest test) {
            test.server.faults().refuseStreamingLists(true);
            test.server.faults().truncateLists(30, 3);
            test.server.expire();
        }
    },
    TRUNCATED_JSON(ApiFailure.Cause.BROKEN) {
        @Override
        void begin(ApiFaultsTest test) {
            test.server.faults().refuseProtobuf(true);
            test.server.faults().refuseStreamingLists(true);
            test.server.faults().truncateLists(30, 3);
            test.server.expire();
        }
    },
    RESTORED_DATABASE(ApiFailure.Cause.REWOUND) {
        @Override
        void begin(ApiFaultsTest test) throws IOException {
            test.server.stop();
        }

        @Override
        void end(ApiFaultsTest test) throws IOException {
            test.server.rewind();
            test.server.restart();
        }
    },
    RESTORED_UNNOTICED(ApiFailure.Cause.REWOUND) {
        @Override
        void begin(ApiFaultsTest test) {
            test.server.rewind();
        }

        @Override
        void end(ApiFaultsTest test) {
            test.server.bookmark();
        }
    },
    RESTORED_AND_AHEAD(ApiFailure.Cause.REWOUND) {
        @Override
        void begin(ApiFaultsTest test) throws IOException {
            test.server.backUp();
            test.server.put(ApiFaultsTest.DATA.slice(6, 9)); // which is lost
            ApiFaultsTest.await("what is lost", () -> test.hasEndpoint(6, "172.16.0.9"));
            test.server.stop();
        }

        @Override
        void end(ApiFaultsTest test) throws IOException {
            test.server.restore();
            for (int i = 0; i < 20; i++) {
                test.server.put(ApiFaultsTest.DATA.slice(7, i));
            }
            test.change();
            test.server.restart();
        }
    },
    ROTATED_TOKEN(ApiFailure.Cause.FORBIDDEN) {
        @Override
        void begin(ApiFaultsTest test) {
            test.server.faults().demandToken("second");
            test.server.reset();
        }

        @Override
        void end(ApiFaultsTest test) throws IOException {
            Files.writeString(test.token, "second");
        }
    },
    NO_TOKEN(ApiFailure.Cause.CREDENTIALS) {
        @Override
        void begin(ApiFaultsTest test) throws IOException {
            Files.delete(test.token);
            test.server.faults().demandToken("second");
            test.server.reset();
        }

        @Override
        void end(ApiFaultsTest test) throws IOException {
            Files.writeString(test.token, "second");
        }
    },
    ROTATED_AUTHORITY(ApiFailure.Cause.HANDSHAKE) {
        @Override
        void begin(ApiFaultsTest test) throws IOException {
            test.serve(test.other, "api.example");
        }

        @Override
        void end(ApiFaultsTest test) throws IOException {
            test.copy(test.other.certificate(), "trusted.pem");
        }
    },
    TWO_AUTHORITIES_OF_ONE_NAME(null) {
        @Override
        void begin(ApiFaultsTest test) throws IOException {
            test.trustBoth();
            test.serve(test.other, "api.example");
        }
    },
    EXPIRED_CERTIFICATE(ApiFailure.Cause.HANDSHAKE) {
        @Override
        void begin(ApiFaultsTest test) throws IOException {
            test.authority.issueExpired("server", "api.example");
            test.serve(test.authority, test.authority);
        }

        @Override
        void end(ApiFaultsTest test) throws IOException {
            test.serve(test.authority, "api.example");
        }
    },
    WRONG_NAME(ApiFailure.Cause.HANDSHAKE) {
        @Override
        void begin(ApiFaultsTest test) throws IOException {
            test.serve(test.authority, "other.example");
        }

        @Override
        void end(ApiFaultsTest test) throws IOException {
            test.serve(test.authority, "api.example");
        }
    },
    UNTRUSTED_CLIENT(ApiFailure.Cause.HANDSHAKE) {
        @Override
        void begin(ApiFaultsTest test) throws IOException {
            test.serve(test.authority, "api.example", test.other);
        }

        @Override
        void end(ApiFaultsTest test) throws IOException {
            test.other.issue("client", "second");
            test.copy(test.other.certificate().resolveSibling("client.key"), "client.key");
            test.copy(test.other.certificate().resolveSibling("client.pem"), "client.pem");
        }
    },
    CHANGED_CLIENT(ApiFailure.Cause.FORBIDDEN) {
        @Override
        void begin(ApiFaultsTest test) {
            test.server.faults().demandClient("second");
            test.server.endWatches();
        }

        @Override
        void end(ApiFaultsTest test) {
            test.authority.issue("client", "second");
        }
    },
    HALF_WRITTEN_FILES(null) {
        @Override
        void begin(ApiFaultsTest test) throws IOException {
            test.cutInHalf("trusted.pem");
            test.other.issue("client", "second");
            test.copy(test.other.certificate().resolveSibling("client.key"), "client.key");
            test.server.reset();
        }

        @Override
        void end(ApiFaultsTest test) throws IOException {
            test.authority.issue("client", "second");
            test.copy(test.authority.certificate(), "trusted.pem");
            test.server.faults().demandClient("second");
            test.server.reset();
        }
    },
    NO_NAME(ApiFailure.Cause.UNREACHABLE) {
        @Override
        void begin(ApiFaultsTest test) {
            test.nameless = true;
            test.server.reset();
        }

        @Override
        void end(ApiFaultsTest test) {
            test.nameless = false;
        }
    };

    final ApiFailure.@Nullable Cause cause;

    /// @param cause that is counted; null if it is no failure
    ApiFault(ApiFailure.@Nullable Cause cause) {
        this.cause = cause;
    }

    void begin(ApiFaultsTest test) throws IOException {}

    void end(ApiFaultsTest test) throws IOException {}

    /// Whether the client meets with it only when it ends.
    boolean isMetInTheEnd() {
        return this == EXPIRED_VERSION
                || this == RESTORED_DATABASE
                || this == RESTORED_UNNOTICED
                || this == RESTORED_AND_AHEAD;
    }
}
