package dev.onoma.plugins.dnssec;

import dev.onoma.api.Directive;
import dev.onoma.api.ServerBlock;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.xbill.DNS.Name;

/// What a `dnssec` directive says.
///
/// @param zones that are signed
/// @param keys files of keys, without `.key` and `.private`
/// @param capacity how many answers, and how many signatures, are kept
/// @param octets how many octets the answers kept may take, and the signatures
/// @param perSecond how many sets may be signed in a second
record DnssecOptions(List<Name> zones, List<Path> keys, int capacity, long octets, int perSecond) {
    static final int CAPACITY_DEFAULT = 10_000;
    static final int PER_SECOND_DEFAULT = 2_000;

    private static final int CAPACITY_MIN = 1_024;
    private static final int CAPACITY_MAX = 1 << 20;
    private static final long OCTETS_DEFAULT = 16 << 20;
    private static final long OCTETS_MIN = 1 << 16;
    private static final long OCTETS_MAX = 1L << 30;
    private static final int PER_SECOND_MAX = 1_000_000;

    /// Reads `dnssec [ZONES...] { key file KEY... ; cache_capacity CAPACITY ; cache_octets OCTETS ;
    /// signatures_per_second NUMBER }`.
    static DnssecOptions parse(Directive dnssec, ServerBlock block) {
        var zones = dnssec.arguments("[ZONES...]").zonesOr(block.zones());
        var keys = new ArrayList<Path>();
        int capacity = CAPACITY_DEFAULT;
        long octets = OCTETS_DEFAULT;
        int perSecond = PER_SECOND_DEFAULT;
        for (var property : dnssec.properties()) {
            switch (property.name()) {
                case "key" -> keys.addAll(keys(property, block));
                case "cache_capacity" -> {
                    int wanted = property.arguments("CAPACITY").number("CAPACITY");
                    capacity = Math.clamp(wanted, CAPACITY_MIN, CAPACITY_MAX);
                }
                case "cache_octets" ->
                        octets =
                                property.arguments("OCTETS")
                                        .longNumber("OCTETS", OCTETS_MIN, OCTETS_MAX);
                case "signatures_per_second" ->
                        perSecond =
                                property.arguments("NUMBER").number("NUMBER", 1, PER_SECOND_MAX);
                default ->
                        throw property.unknown(
                                "key", "cache_capacity", "cache_octets", "signatures_per_second");
            }
        }
        return new DnssecOptions(zones, List.copyOf(keys), capacity, octets, perSecond);
    }

    private static List<Path> keys(Directive property, ServerBlock block) {
        var arguments = property.arguments("file KEY...");
        var kind = arguments.oneOf("SOURCE", "file", "aws_secretsmanager");
        if (!kind.equals("file")) {
            throw arguments.wrong("keys of aws_secretsmanager cannot be read; write: key file KEY");
        }
        return arguments.restNotEmpty("KEY").stream()
                .map(DnssecOptions::base)
                .map(block::file)
                .toList();
    }

    private static String base(String file) {
        for (var suffix : List.of(".key", ".private")) {
            if (file.endsWith(suffix)) {
                return file.substring(0, file.length() - suffix.length());
            }
        }
        return file;
    }
}
