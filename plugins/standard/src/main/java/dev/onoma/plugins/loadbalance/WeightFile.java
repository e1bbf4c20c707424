package dev.onoma.plugins.loadbalance;

import dev.onoma.api.Addresses;
import dev.onoma.api.Durations;
import dev.onoma.api.FileErrors;
import dev.onoma.api.Log;
import dev.onoma.api.Names;
import dev.onoma.api.Time;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;

/// A file of weights, read again when its content has changed. A file with a mistake changes
/// nothing: the old weights stay.
///
/// A line with one word names a domain, a line with two gives an address of it and the weight:
///
/// ```
/// www.example.org
/// 192.0.2.1 3
/// 192.0.2.2 1
/// ```
final class WeightFile {
    private static final int WEIGHT_MAX = 255;
    private static final long OCTETS_MAX = 16 << 20;

    private final Path path;
    private final Duration reload;
    private final Log log;
    private final Time time;
    private byte @Nullable [] content; // read and written by one thread at a time
    private Time.@Nullable Task watch;
    private volatile Weights weights = Weights.NONE;

    WeightFile(Path path, Duration reload, Log log, Time time) {
        this.path = path;
        this.reload = reload;
        this.log = log;
        this.time = time;
    }

    /// The last good weights. Any thread.
    Weights weights() {
        return weights;
    }

    /// Reads the file. It may be missing when it will be looked for again.
    void start() throws IOException {
        if (Files.isReadable(path)) {
            update();
        } else if (reload.isZero()) {
            throw new IOException(
                    "plugin/loadbalance: weight file open error: %s does not exist or is not readable"
                            .formatted(path));
        } else {
            log.warning(
                    "Failed to open weight file:weight file open error: %s. Will try again in %s"
                            .formatted(path, Durations.format(reload)));
        }
        if (!reload.isZero()) {
            watch = time.every(reload, this::look);
        }
    }

    void stop() {
        var task = watch;
        if (task != null) {
            task.cancel();
        }
    }

    private void look() {
        try {
            if (Files.isReadable(path)) {
                update();
            } else {
                log.error("weight file open error: %s; the old weights stay".formatted(path));
            }
        } catch (IOException e) {
            log.error(FileErrors.named(e) + "; the old weights stay");
        }
    }

    private void update() throws IOException {
        if (Files.size(path) > OCTETS_MAX) {
            throw new IOException(
                    "plugin/loadbalance: weight file %s has more than %d octets"
                            .formatted(path, OCTETS_MAX));
        }
        var read = Files.readAllBytes(path);
        if (Arrays.equals(read, content)) {
            return;
        }
        content = read;
        weights = parse(new String(read, StandardCharsets.UTF_8));
        log.info("Successfully reloaded weight file " + path);
    }

    private Weights parse(String text) throws IOException {
        var byName = new HashMap<Name, Map<InetAddress, Integer>>();
        Name name = null;
        int number = 0;
        for (var line : text.lines().map(String::strip).toList()) {
            number++;
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            var words = line.split("\\s+", -1);
            if (words.length == 1) {
                name = name(words[0], number);
                byName.computeIfAbsent(name, _ -> new HashMap<>());
            } else if (words.length > 2) {
                throw wrong("could not parse weight line:\"%s\"".formatted(line), number, "");
            } else {
                var address = address(words[0], number);
                int weight = weight(words[1], number);
                if (name == null) {
                    throw wrong("missing domain name", number, "");
                }
                byName.computeIfAbsent(name, _ -> new HashMap<>()).putIfAbsent(address, weight);
            }
        }
        return new Weights(byName);
    }

    private Name name(String word, int line) throws IOException {
        if (Addresses.parse(word).isPresent()) {
            throw wrong(
                    "wrong domain name:\"%s\"".formatted(word),
                    line,
                    ". (Maybe a missing weight value?)");
        }
        try {
            return Names.of(word);
        } catch (IllegalArgumentException _) {
            throw wrong("wrong domain name:\"%s\"".formatted(word), line, "");
        }
    }

    private InetAddress address(String word, int line) throws IOException {
        return Addresses.parse(word)
                .orElseThrow(() -> wrong("wrong IP address:\"%s\"".formatted(word), line, ""));
    }

    private int weight(String word, int line) throws IOException {
        if (word.matches("[0-9]{1,9}")) {
            int weight = Integer.parseInt(word);
            if (weight > 0 && weight <= WEIGHT_MAX) {
                return weight;
            }
        }
        throw wrong(
                "wrong weight value:\"%s\"".formatted(word),
                line,
                ": a weight is a whole number from 1 to " + WEIGHT_MAX);
    }

    private IOException wrong(String what, int line, String advice) {
        return new IOException(
                "plugin/loadbalance: %s:%d: %s in weight file %s%s"
                        .formatted(path, line, what, path, advice));
    }
}
