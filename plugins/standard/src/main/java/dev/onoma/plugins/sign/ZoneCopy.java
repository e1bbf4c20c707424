package dev.onoma.plugins.sign;

import dev.onoma.api.FileErrors;
import dev.onoma.api.FileStamp;
import dev.onoma.api.Log;
import dev.onoma.api.ServerBlock;
import dev.onoma.api.Time;
import dev.onoma.api.WholeFile;
import dev.onoma.zone.EarlierCopy;
import dev.onoma.zone.FileStamps;
import dev.onoma.zone.Signing;
import dev.onoma.zone.ZoneBuilder;
import dev.onoma.zone.ZoneData;
import dev.onoma.zone.ZoneException;
import dev.onoma.zone.ZoneReader;
import dev.onoma.zone.ZoneSigner;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DNSSEC.DNSSECException;
import org.xbill.DNS.Name;

/// The signed copy of one zone.
///
/// Looked at every minute, on a virtual thread: it is made when it is missing, when the zone's file
/// or what its keys are to do has changed, when it is six days old or its signatures end within
/// seven. A copy takes the place of the one before at once, or not at all; what keeps it from being
/// made is said once, and once a day.
final class ZoneCopy {
    private static final Duration LOOK = Duration.ofMinutes(1);
    private static final Duration AGE_MAX = Duration.ofDays(6);
    private static final Duration LEFT_MIN = Duration.ofDays(7);
    private static final Duration URGENT = Duration.ofDays(3);
    private static final Duration REPEAT = Duration.ofDays(1);
    private static final Duration CLOCK_BACK_MAX = Duration.ofHours(1);
    private static final Duration BEFORE = Duration.ofHours(3);
    private static final Duration VALID = Duration.ofDays(32);
    private static final int BEFORE_JITTER_SECONDS = 18 * 3600;
    private static final int VALID_JITTER_SECONDS = 5 * 24 * 3600;

    private final Name zone;
    private final SignOptions options;
    private final Path copy;
    private final Path memory;
    private final ZoneKeys keys;
    private final Log log;
    private final Time time;
    private final RandomGenerator random;
    private final SignMetrics metrics;
    private Time.@Nullable Task look;
    private @Nullable SignedState state;
    private @Nullable FileStamp stateStamp;
    private FileStamps sourceSeen = FileStamps.NONE; // as it was when it was as signed
    private FileStamps sourceBroken = FileStamps.NONE;
    private String brokenBecause = "";
    private String said = "";
    private Instant saidAt = Instant.MIN;

    /// Why a zone is not signed now. What is served stays.
    private static final class NotSigned extends Exception {
        private static final long serialVersionUID = 1L;

        NotSigned(String message) {
            super(message);
        }
    }

    ZoneCopy(Name zone, SignOptions options, ServerBlock block) {
        this.zone = zone;
        this.options = options;
        var name = "db." + zone.toString(false);
        copy = options.directory().resolve(name + "signed");
        memory = options.directory().resolve(name + "keys");
        keys = new ZoneKeys(zone, options.keys());
        log = block.log("sign");
        time = block.time();
        random = block.random();
        metrics = new SignMetrics(block.metrics(), zone);
    }

    /// Where the copy is.
    Path path() {
        return copy;
    }

    /// Reads the keys, and does nothing with them.
    ///
    /// @throws dev.onoma.api.CorefileException with what is wrong with them
    synchronized void check() {
        keys.read().check();
    }

    synchronized void start() {
        check();
        look = time.every(LOOK, this::look);
        time.after(Duration.ZERO, this::look);
    }

    synchronized void stop() {
        var task = look;
        if (task != null) {
            task.cancel();
            look = null;
        }
    }

    private synchronized void look() {
        if (look == null) {
            return; // another configuration looks
        }
        try {
            recall();
            var found = keys.read();
            signIfDue(found);
            said(found.messages());
        } catch (NotSigned | IOException | DNSSECException e) {
            metrics.failed();
            said(List.of("Error signing \"%s\": %s".formatted(zone, reason(e))));
        }
    }

    private static String reason(Exception e) {
        return e instanceof FileSystemException
                ? "open " + FileErrors.named(e)
                : String.valueOf(e.getMessage());
    }

    // The same again and again is said once a day.
    private void said(List<String> messages) {
        var all = String.join("\n", messages);
        var now = time.now();
        if (!all.isEmpty() && (!all.equals(said) || now.isAfter(saidAt.plus(REPEAT)))) {
            messages.forEach(log::warning);
            saidAt = now;
        }
        said = all;
    }

    // What is known of the last signing: in memory, in its file, or in the copy.
    private void recall() throws IOException {
        if (Files.exists(memory)) {
            var stamp = FileStamp.of(memory);
            if (!stamp.equals(stateStamp)) {
                state = SignedState.read(memory, zone);
                stateStamp = stamp;
            }
        } else if (state == null && Files.exists(copy)) {
            state = ExistingCopy.read(copy, zone);
        }
        var known = state;
        if (known != null) {
            metrics.signed(known);
        }
    }

    private void signIfDue(ZoneKeys.Found found) throws NotSigned, IOException, DNSSECException {
        var known = state;
        var now = time.now();
        if (known != null && now.isBefore(known.signed().minus(CLOCK_BACK_MAX))) {
            throw new NotSigned(
                    "the clock is behind the last signing, which was at %s: set the clock, or remove %s"
                            .formatted(known.signed(), memory));
        }
        var plan = plan(found, known, now, false);
        var why = why(known, plan, now);
        if (why == null) {
            return;
        }
        if (!plan.obstacles().isEmpty()) {
            var obstacles = new ArrayList<>(plan.obstacles());
            obstacles.addAll(found.messages());
            plan = lastResort(found, known, now, String.join("; ", obstacles));
        }
        plan.warnings().forEach(log::warning);
        log.info("Signing \"%s\" because %s".formatted(zone, why));
        sign(known, plan, now);
    }

    // What some resolvers cannot validate for a while is better than what nobody can.
    private KeyPlan lastResort(
            ZoneKeys.Found found, @Nullable SignedState known, Instant now, String obstacles)
            throws NotSigned {
        if (known == null || known.expires().isAfter(now.plus(URGENT))) {
            throw new NotSigned(obstacles);
        }
        var plan = plan(found, known, now, true);
        var signing = plan.signing();
        if (signing.forKeys().isEmpty() || signing.forZone().isEmpty()) {
            throw new NotSigned(obstacles);
        }
        log.error(
                "\"%s\" is signed with what there is, as its signatures end at %s: %s"
                        .formatted(zone, known.expires(), obstacles));
        return plan;
    }

    private KeyPlan plan(
            ZoneKeys.Found found, @Nullable SignedState known, Instant now, boolean isUrgent) {
        var named = found.keys();
        var memories = known == null ? List.<KeyMemory>of() : known.keys();
        var lingering =
                memories.stream()
                        .filter(m ->
                                named.stream().noneMatch(k -> k.key().record().equals(m.record())))
                        .map(keys::lingering)
                        .filter(Objects::nonNull)
                        .toList();
        var waits =
                known == null
                        ? new Waits(Duration.ZERO, Duration.ZERO, Duration.ZERO)
                        : new Waits(
                                propagated(known.keyTtl().longest(now)),
                                propagated(known.setTtl().longest(now)),
                                propagated(options.parentTtl().toSeconds()));
        return new KeyPlanner(
                        named, lingering, known == null ? null : memories, waits, now, isUrgent)
                .plan();
    }

    private Duration propagated(long seconds) {
        return options.propagation().plusSeconds(seconds);
    }

    private @Nullable String why(@Nullable SignedState known, KeyPlan plan, Instant now)
            throws IOException {
        if (known == null || !Files.exists(copy)) {
            return "there is no signed copy";
        }
        var changes = plan.changes();
        if (!changes.isEmpty()) {
            return changes;
        }
        if (isSourceChanged(known)) {
            return "its file has changed";
        }
        if (!options.settings().equals(known.settings())) {
            return "it is to be %s now, and was %s".formatted(options.settings(), known.settings());
        }
        if (!isRenewalDue(known, now)) {
            return null;
        }
        return known.expires().isBefore(now.plus(LEFT_MIN))
                ? "its signatures expire at " + known.expires()
                : "its signatures are of " + known.renewed();
    }

    private static boolean isRenewalDue(SignedState known, Instant now) {
        return !now.isBefore(known.renewed().plus(AGE_MAX))
                || known.expires().isBefore(now.plus(LEFT_MIN));
    }

    // Dates do not decide: files come from backups, archives and repositories.
    private boolean isSourceChanged(SignedState known) throws IOException {
        if (!known.sources().containsKey(options.source())) {
            return true;
        }
        var files = known.sources().keySet();
        var stamps = FileStamps.of(files);
        if (stamps.equals(sourceSeen)) {
            return false;
        }
        if (!hashes(files).equals(known.sources())) {
            return true;
        }
        sourceSeen = stamps;
        return false;
    }

    private Map<Path, String> hashes(Set<Path> files) throws IOException {
        var hashes = new TreeMap<Path, String>();
        for (var file : files) {
            hashes.put(file, Files.exists(file) ? hash(file) : "-");
        }
        return hashes;
    }

    private static String hash(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            var digest = MessageDigest.getInstance("SHA-256");
            var buffer = new byte[1 << 16];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private void sign(@Nullable SignedState known, KeyPlan plan, Instant now)
            throws NotSigned, IOException, DNSSECException {
        long begun = time.nanos();
        var hashes = new TreeMap<Path, String>();
        var data = source(hashes);
        try (var earlier = earlier(known, now)) {
            var signing =
                    new Signing(
                            plan.signing(),
                            options.serial()
                                    .next(
                                            data.serial(),
                                            known == null ? null : known.serial(),
                                            now),
                            now.minus(BEFORE).minusSeconds(random.nextInt(BEFORE_JITTER_SECONDS)),
                            now.plus(VALID).plusSeconds(random.nextInt(VALID_JITTER_SECONDS)),
                            options.nsec3(),
                            options.digests(),
                            earlier);
            var signer = signer(data, signing);
            write(signer);
            remember(known, plan, signer, hashes, signing, now);
            log.debug("%d signatures of \"%s\" are new".formatted(signer.made(), zone));
            log.info(
                    "Successfully signed zone \"%s\" in \"%s\" with key tags \"%s\" and %d SOA serial, elapsed %f, next: %s"
                            .formatted(
                                    zone,
                                    copy,
                                    plan.tags(),
                                    signing.serial(),
                                    (time.nanos() - begun) / 1e9,
                                    next(plan, now)));
        }
    }

    // Whose signatures stay: of the copy that is remembered, and no other, until it is time.
    private @Nullable EarlierCopy earlier(@Nullable SignedState known, Instant now)
            throws IOException {
        return known == null
                        || isRenewalDue(known, now)
                        || !Files.exists(copy)
                        || !hash(copy).equals(known.copy())
                ? null
                : EarlierCopy.open(copy);
    }

    private static ZoneSigner signer(ZoneData data, Signing signing) throws NotSigned {
        try {
            return new ZoneSigner(data, signing);
        } catch (ZoneException e) {
            throw new NotSigned(String.valueOf(e.getMessage()));
        }
    }

    // The zone, and the hashes of the files that it is read from.
    private ZoneData source(Map<Path, String> hashes) throws NotSigned, IOException {
        if (!sourceBroken.equals(FileStamps.NONE)
                && sourceBroken.again(options.source()).equals(sourceBroken)) {
            throw new NotSigned(brokenBecause); // the same files would have the same faults
        }
        var before = FileStamps.of(Set.of(options.source()));
        // From before reading: what is written meanwhile is signed at the next look.
        hashes.putAll(hashes(Set.of(options.source())));
        var builder = new ZoneBuilder(zone);
        var reader = new ZoneReader(builder);
        try {
            reader.read(options.source());
            var data = builder.build(options.source().toString());
            for (var file : reader.files()) {
                hashes.putIfAbsent(file, hash(file));
            }
            return data;
        } catch (ZoneException e) {
            sourceBroken = before.extendedTo(reader.files());
            brokenBecause = String.valueOf(e.getMessage());
            throw new NotSigned(brokenBecause);
        }
    }

    private static Instant next(KeyPlan plan, Instant now) {
        var regular = now.plus(AGE_MAX);
        var next = plan.next();
        return next == null || next.isAfter(regular) ? regular : next;
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

    private void remember(
            @Nullable SignedState known,
            KeyPlan plan,
            ZoneSigner signer,
            Map<Path, String> hashes,
            Signing signing,
            Instant now)
            throws IOException {
        var published = known == null ? Instant.EPOCH : now;
        var before = signing.earlier() == null ? null : known;
        var made =
                new SignedState(
                        signing.serial(),
                        now,
                        before == null ? now : before.renewed(),
                        before == null || before.expires().isAfter(signing.expiration())
                                ? signing.expiration()
                                : before.expires(),
                        hash(copy),
                        options.settings(),
                        known == null
                                ? Lifetime.of(signer.keyTtl())
                                : known.keyTtl().with(signer.keyTtl(), now),
                        known == null
                                ? Lifetime.of(signer.ttlMax())
                                : known.setTtl().with(signer.ttlMax(), now),
                        hashes,
                        plan.uses().stream()
                                .filter(KeyUse::isUsed)
                                .map(use -> use.memory(now, published))
                                .toList());
        state = made;
        sourceSeen = FileStamps.NONE;
        metrics.signed(made);
        made.write(memory, zone);
        stateStamp = FileStamp.of(memory);
    }
}
