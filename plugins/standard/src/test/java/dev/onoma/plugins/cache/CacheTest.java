package dev.onoma.plugins.cache;

import dev.onoma.testkit.OnomaSubject;
import dev.onoma.testkit.Scenarios;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// What the scenario files do not say yet.
final class CacheTest {
    private static Stream<DynamicTest> play(String scenarios) {
        return Scenarios.against(new OnomaSubject()).play(scenarios);
    }

    @TestFactory
    Stream<DynamicTest> answersSurviveAReload() {
        return play(
                """
                == the stanza stays, so the answers do
                . {
                    cache
                    forward . {up}
                }

                given upstream up
                    > * A
                    NOERROR
                    @ 300 IN A 192.0.2.1

                > a.test. A
                NOERROR ra
                a.test. 300 IN A 192.0.2.1

                ! reload
                    . {
                        cache
                        forward . {up} {
                            max_fails 3
                        }
                    }

                > a.test. A
                NOERROR ra
                a.test. 299..300 IN A 192.0.2.1

                ! up was asked once

                ! reload
                    . {
                        cache 20
                        forward . {up}
                    }

                > a.test. A
                NOERROR ra
                a.test. 20 IN A 192.0.2.1

                ! up was asked 2 times
                """);
    }

    @TestFactory
    Stream<DynamicTest> failuresAreNotAskedForAgainAtOnce() {
        return play(
                """
                == an upstream that is gone (RFC 9520)
                . {
                    cache
                    forward . {up} {
                        max_fails 0
                        read_timeout 100ms
                    }
                }

                given upstream up
                    > * A
                    silence

                > a.test. A +edns
                SERVFAIL
                ;; ede 22

                > a.test. A +edns
                SERVFAIL
                ;; ede 22
                ;; within 80ms
                """);
    }

    @TestFactory
    Stream<DynamicTest> whatAnotherTypeSaysStaysWithThatType() {
        return play(
                """
                == a name that only some plugin does not know for one type
                . {
                    cache
                    forward . {up}
                }

                given upstream up
                    > mixed.test. AAAA
                    NOERROR
                    ;; authority
                    test. 60 IN SOA ns.test. admin.test. 1 2 3 4 60

                    > mixed.test. A
                    NOERROR
                    @ 60 IN A 192.0.2.1

                > mixed.test. AAAA
                NOERROR ra
                ;; authority
                test. 60 IN SOA *

                > mixed.test. A
                NOERROR ra
                mixed.test. 60 IN A 192.0.2.1

                > mixed.test. AAAA
                NOERROR ra
                ;; authority
                test. 59..60 IN SOA *
                """);
    }

    @TestFactory
    Stream<DynamicTest> mistakesAreShown() {
        return play(
                """
                == a capacity that is no number
                . {
                    cache {
                        success abc
                    }
                }

                ! start fails
                    Corefile:3:17: plugin/cache: CAPACITY is a whole number, not "abc"

                == a property that is none
                . {
                    cache {
                        sucess 10
                    }
                }

                ! start fails
                    Corefile:3:9: plugin/cache: there is no property "sucess"
                    *did you mean: success?*

                == failures for too long
                . {
                    cache {
                        servfail 6m
                    }
                }

                ! start fails
                    *over 5 minutes*

                == prefetch with a percentage out of range
                . {
                    cache {
                        prefetch 10 1m 95%
                    }
                }

                ! start fails
                    *percentage*10%*90%*

                == a policy of serve_stale without it
                . {
                    cache {
                        serve_stale_policy prefer_positive
                    }
                }

                ! start fails
                    *serve_stale_policy requires serve_stale*
                """);
    }
}
