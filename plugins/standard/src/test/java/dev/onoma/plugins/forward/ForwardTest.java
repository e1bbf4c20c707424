package dev.onoma.plugins.forward;

import dev.onoma.testkit.OnomaSubject;
import dev.onoma.testkit.Scenarios;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// What the scenario files do not say yet.
final class ForwardTest {
    private static Stream<DynamicTest> play(String scenarios) {
        return Scenarios.against(new OnomaSubject()).play(scenarios);
    }

    @TestFactory
    Stream<DynamicTest> repliesThatNeedASecondLook() {
        return play(
                """
                == a truncated reply is asked for again over TCP, and cut for the client
                . {
                    forward . {up}
                }

                given upstream up
                    > a.test. A udp
                    NOERROR tc

                    > a.test. A tcp
                    NOERROR
                    x40 @ 60 IN A 10.0.{n}

                > a.test. A +bufsize=1232
                NOERROR ra
                x40 a.test. 60 IN A 10.0.{n}

                > a.test. A
                NOERROR ra tc
                *
                ;; size <=512

                == a truncated reply of an upstream without TCP is better than none
                . {
                    forward . {up}
                }

                given upstream up
                    > a.test. A udp
                    NOERROR tc
                    @ 60 IN A 192.0.2.1

                    > a.test. A tcp
                    close

                > a.test. A
                NOERROR ra tc
                a.test. 60 IN A 192.0.2.1

                == an upstream that does not know EDNS is asked without
                . {
                    forward . {up}
                }

                given upstream up
                    > a.test. A once
                    FORMERR

                    > a.test. A
                    NOERROR
                    @ 60 IN A 192.0.2.1

                > a.test. A +edns
                NOERROR ra
                a.test. 60 IN A 192.0.2.1

                ! up was asked 2 times
                ! up last saw -edns=1232

                == a reply that cannot be read over UDP may be whole over TCP
                . {
                    forward . {up}
                }

                given upstream up
                    > bad.test. A udp
                    raw 0000 8180 0001 0001 0000 0000 0362 6164 04746573 7400 0001 0001 c00c 0001 0001 0000003c 0009 0a000001

                    > bad.test. A tcp
                    NOERROR
                    @ 60 IN A 192.0.2.1

                > bad.test. A
                NOERROR ra
                bad.test. 60 IN A 192.0.2.1
                """);
    }

    @TestFactory
    Stream<DynamicTest> upstreamsThatHelpAndOthers() {
        return play(
                """
                == upstreams that are alike may answer for each other
                . {
                    forward . {one} {two} {
                        policy round_robin
                    }
                }

                given upstream one
                    > * A
                    SERVFAIL

                given upstream two
                    > * A
                    NOERROR
                    @ 60 IN A 192.0.2.2

                > a.test. A +times=4
                NOERROR ra
                a.test. 60 IN A 192.0.2.2

                == when both fail, the first has its say
                . {
                    forward . {one} {two} {
                        policy round_robin
                    }
                }

                given upstream one
                    > * A
                    SERVFAIL

                given upstream two
                    > * A
                    REFUSED

                > a.test. A
                SERVFAIL|REFUSED ra

                == in a sequence the next one is not told what the first refuses
                . {
                    forward . {one} {two} {
                        policy sequential
                    }
                }

                given upstream one
                    > * A
                    REFUSED

                given upstream two answers a.test. 60 IN A 192.0.2.2

                > a.test. A
                REFUSED ra

                ! two was asked never

                == a silent upstream costs a moment, not two seconds
                . {
                    forward . {one} {two} {
                        policy sequential
                    }
                }

                given upstream one
                    > * *
                    silence

                given upstream two
                    > * A
                    NOERROR
                    @ 60 IN A 192.0.2.2

                > a.test. A
                NOERROR ra
                a.test. 60 IN A 192.0.2.2
                ;; within 1300ms

                == all that are dead are known at once
                . {
                    forward . {one} {two}
                }

                given upstream one answers a.test. 60 IN A 192.0.2.1
                given upstream two answers a.test. 60 IN A 192.0.2.2

                ! stop one
                ! stop two

                > a.test. A +edns
                SERVFAIL
                ;; ede 23
                ;; within 900ms

                == failover has its limit where all have spoken
                . {
                    forward . {one} {two} {
                        policy sequential
                        failover NXDOMAIN
                    }
                }

                given upstream one
                    > * A
                    NXDOMAIN

                given upstream two
                    > * A
                    NXDOMAIN
                    ;; authority
                    test. 60 IN SOA ns.test. admin.test. 1 2 3 4 60

                > a.test. A
                NXDOMAIN ra
                ;; authority
                test. 60 IN SOA *

                ! one was asked once
                ! two was asked once
                """);
    }

    @TestFactory
    Stream<DynamicTest> recordsThatBelong() {
        return play(
                """
                == aliases in any order, and the addresses of servers, are kept
                . {
                    forward . {up}
                }

                given upstream up
                    > alias.test. A
                    NOERROR
                    b.other. 60 IN A 192.0.2.1
                    a.other. 60 IN CNAME b.other.
                    @ 60 IN CNAME a.other.
                    x.other. 60 IN A 203.0.113.66

                    > _http._tcp.test. SRV
                    NOERROR
                    @ 60 IN SRV 0 0 80 web.test.
                    ;; additional
                    web.test. 60 IN A 192.0.2.2
                    victim.test. 60 IN A 203.0.113.66

                > alias.test. A
                NOERROR ra
                b.other. 60 IN A 192.0.2.1
                a.other. 60 IN CNAME b.other.
                alias.test. 60 IN CNAME a.other.

                > _http._tcp.test. SRV
                NOERROR ra
                _http._tcp.test. 60 IN SRV 0 0 80 web.test.
                ;; additional
                web.test. 60 IN A 192.0.2.2
                """);
    }

    @TestFactory
    Stream<DynamicTest> mistakesAreShown() {
        return play(
                """
                == encrypted upstreams
                . {
                    forward . tls://192.0.2.1 https://192.0.2.1
                }

                ! start fails
                    Corefile:2:15: plugin/forward: upstreams over tls:// are not in this version

                == too many upstreams
                . {
                    forward . 10.0.0.1 10.0.0.2 10.0.0.3 10.0.0.4 10.0.0.5 10.0.0.6 10.0.0.7 10.0.0.8 10.0.0.9 10.0.0.10 10.0.0.11 10.0.0.12 10.0.0.13 10.0.0.14 10.0.0.15 10.0.0.16
                }

                ! start fails
                    *more than 15 TOs configured: 16*

                == no upstream
                . {
                    forward .
                }

                ! start fails
                    *TO is missing*

                == an upstream that is nothing
                . {
                    forward . /no/such/file
                }

                ! start fails
                    *not an IP address, file, or valid domain: "/no/such/file"*

                == ages that do not fit
                . {
                    forward . 127.0.0.1 {
                        max_age 1s
                    }
                }

                ! start fails
                    *max_age (1s) must not be less than expire (10s)*

                == all mistakes of all stanzas at once
                . {
                    forward . 127.0.0.1 {
                        policy fastest
                    }
                    forward . 127.0.0.1 {
                        failover NOERROR
                    }
                }

                ! start fails
                    *policy is one of random, round_robin, sequential*
                    *NoError cannot be used in failover*
                """);
    }
}
