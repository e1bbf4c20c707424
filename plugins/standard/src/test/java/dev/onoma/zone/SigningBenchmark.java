package dev.onoma.zone;

import dev.onoma.api.Names;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.DNSSEC;
import org.xbill.DNS.DNSSEC.Algorithm;
import org.xbill.DNS.DNSSEC.DNSSECException;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.RRset;

/// What one signature over an address costs with the JDK alone, and as we make it:
///
/// ```
/// java -cp "$TEST_CLASS_PATH" org.openjdk.jmh.Main SigningBenchmark
/// ```
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 3, time = 2)
@Fork(1)
public class SigningBenchmark {
    /// Keys that are in use.
    public enum Kind {
        P256("EC", 256, Algorithm.ECDSAP256SHA256),
        P384("EC", 384, Algorithm.ECDSAP384SHA384),
        ED25519("Ed25519", 255, Algorithm.ED25519),
        ED448("Ed448", 448, Algorithm.ED448),
        RSA2048("RSA", 2048, Algorithm.RSASHA256);

        private final String name;
        private final int bits;
        private final int algorithm;

        Kind(String name, int bits, int algorithm) {
            this.name = name;
            this.bits = bits;
            this.algorithm = algorithm;
        }

        KeyPair make() throws GeneralSecurityException {
            var generator = KeyPairGenerator.getInstance(name);
            generator.initialize(bits);
            return generator.generateKeyPair();
        }
    }

    @Param private Kind kind = Kind.P256;

    private final Instant now = Instant.now();
    private final RRset set =
            new RRset(
                    new ARecord(
                            Names.of("www.example.org."),
                            DClass.IN,
                            3600,
                            InetAddress.ofLiteral("192.0.2.1")));
    private @Nullable SigningKey key;

    @Setup
    public void prepare() throws GeneralSecurityException, DNSSECException {
        var pair = kind.make();
        var record =
                new DNSKEYRecord(
                        Names.of("example.org."),
                        DClass.IN,
                        3600,
                        DNSKEYRecord.Flags.ZONE_KEY,
                        DNSKEYRecord.Protocol.DNSSEC,
                        kind.algorithm,
                        pair.getPublic());
        key = new SigningKey(record, pair.getPrivate(), KeyTimes.ALWAYS);
        DNSSEC.verify(set, ours(), record, now);
    }

    @Benchmark
    public RRSIGRecord jdk() throws DNSSECException {
        var signing = Objects.requireNonNull(key);
        return DNSSEC.sign(set, signing.record(), signing.secret(), now, now.plusSeconds(60));
    }

    @Benchmark
    public RRSIGRecord ours() throws DNSSECException {
        return Objects.requireNonNull(key).sign(set, now, now.plusSeconds(60));
    }
}
