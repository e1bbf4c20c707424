package dev.onoma.plugins.sign;

import dev.onoma.api.Log;
import dev.onoma.api.ServerBlock;
import dev.onoma.api.Time;
import dev.onoma.api.WholeFile;
import dev.onoma.zone.SigningKey;
import dev.onoma.zone.ZoneBuilder;
import dev.onoma.zone.ZoneException;
import dev.onoma.zone.ZoneReader;
import dev.onoma.zone.ZoneSigner;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DNSSEC.DNSSECException;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/// The signed copy of one zone.
///
/// Looked at every minute, on a virtual thread: it is made when it is missing, when the file of the
/// zone is newer, when its signatures are older than six days or expire within seven. A copy takes
/// the place of the one before at once, or not at all.
final class ZoneCopy {
    private static final Duration LOOK = Duration.ofMinutes(1);
    private static final Duration AGE_MAX = Duration.ofDays(6);
    private static final Duration LEFT_MIN = Duration.ofDays(7);
    private static final Duration BEFORE = Duration.ofHours(3);
    private static final Duration VALID = Duration.ofDays(32);
    private static final int BEFORE_JITTER_SECONDS = 18 * 3600;
    private static final int VALID_JITTER_SECONDS = 5 * 24 * 3600;
    private static final int LINES_MAX = 100;

    private final Name zone;
    private final SignOptions options;
    private final Path copy;
    private final Log log;
    private final Time time;
    private final RandomGenerator random;
    private Time.@Nullable Task look;

    ZoneCopy(Name zone, SignOptions options, ServerBlock block) {
        this.zone = zone;
        this.options = options;
        copy = options.directory().resolve("db." + zone.toString(false) + "signed");
        log = block.log("sign");
        time = block.time();
        random = block.random();
    }

    /// The keys, each as one of this zone.
    List<SigningKey> keys() throws IOException {
        var keys = new ArrayList<SigningKey>();
        for (var file : options.keys()) {
            var key = SigningKey.read(file);
            if (!zone.subdomain(key.record().getName())) {
                throw new IOException(
                        "plugin/sign: key %s can not sign zone %s"
                                .formatted(key.record().getName(), zone));
            }
            keys.add(key.owned(zone));
        }
        return keys;
    }

    synchronized void start() throws IOException {
        keys();
        look = time.every(LOOK, this::look);
        time.after(Duration.ZERO, this::look);
    }

    synchronized void stop() {
        var task = look;
        if (task != null) {
            task.cancel();
        }
    }

    private synchronized void look() {
        try {
            var modified = Files.getLastModifiedTime(options.source());
            var why = why(modified);
            if (why != null) {
                log.info("Signing \"%s\" because %s".formatted(zone, why));
                sign();
            }
        } catch (NoSuchFileException e) {
            log.warning(
                    "Error signing \"%s\": open %s: no such file or directory"
                            .formatted(zone, e.getFile()));
        } catch (IOException | DNSSECException e) {
            log.warning(
                    "Error signing \"%s\" in \"%s\": %s"
                            .formatted(zone, options.directory(), e.getMessage()));
        }
    }

    private @Nullable String why(FileTime modified) throws IOException {
        if (!Files.exists(copy)) {
            return "there is no signed copy";
        }
        if (modified.compareTo(Files.getLastModifiedTime(copy)) > 0) {
            return "its file has changed";
        }
        var signature = signature();
        var now = time.now();
        if (signature == null) {
            return "the signed copy has no signature over its SOA record";
        }
        if (signature.getTimeSigned().isAfter(now)
                || signature
                        .getTimeSigned()
                        .isBefore(
                                now.minus(AGE_MAX)
                                        .minus(BEFORE)
                                        .minusSeconds(BEFORE_JITTER_SECONDS))) {
            return "its signatures are of " + signature.getTimeSigned();
        }
        return signature.getExpire().isBefore(now.plus(LEFT_MIN))
                ? "its signatures expire at " + signature.getExpire()
                : null;
    }

    // The SOA record and its signatures stand first.
    private @Nullable RRSIGRecord signature() throws IOException {
        try (var lines = Files.lines(copy, StandardCharsets.ISO_8859_1)) {
            for (var line : lines.limit(LINES_MAX).toList()) {
                var words = line.split("\\s+", 5);
                if (words.length == 5
                        && words[3].equals("RRSIG")
                        && words[4].startsWith("SOA ")
                        && Record.fromString(zone, Type.RRSIG, 1, 0, words[4], Name.root)
                                instanceof RRSIGRecord found) {
                    return found;
                }
            }
        }
        return null;
    }

    private void sign() throws IOException, DNSSECException {
        long begun = time.nanos();
        var builder = new ZoneBuilder(zone);
        try {
            new ZoneReader(builder).read(options.source());
            var data = builder.build(options.source().toString());
            var now = time.now();
            long serial = now.getEpochSecond() & 0xffff_ffffL;
            var inception = now.minus(BEFORE).minusSeconds(random.nextInt(BEFORE_JITTER_SECONDS));
            var expiration = now.plus(VALID).plusSeconds(random.nextInt(VALID_JITTER_SECONDS));
            write(new ZoneSigner(data, keys(), serial, inception, expiration));
            log.info(
                    "Successfully signed zone \"%s\" in \"%s\" with key tags \"%s\" and %d SOA serial, elapsed %f, next: %s"
                            .formatted(
                                    zone,
                                    copy,
                                    tags(),
                                    serial,
                                    (time.nanos() - begun) / 1e9,
                                    now.plus(AGE_MAX)));
        } catch (ZoneException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private String tags() throws IOException {
        return String.join(",", keys().stream().map(k -> "" + k.record().getFootprint()).toList());
    }

    private void write(ZoneSigner signer) throws IOException, DNSSECException {
        Files.createDirectories(options.directory());
        var _ =
                WholeFile.<DNSSECException>write(
                        copy,
                        out -> {
                            var text =
                                    new BufferedWriter(
                                            new OutputStreamWriter(
                                                    out, StandardCharsets.ISO_8859_1));
                            signer.write(text);
                            text.flush();
                        });
    }
}
