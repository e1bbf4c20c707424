package dev.onoma.server;

import dev.onoma.api.Metrics;
import dev.onoma.api.ServerControl;
import dev.onoma.api.Time;
import dev.onoma.server.tls.PemTls;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;

/// What every configuration of the process shares.
///
/// @param debug whether debug messages are logged
/// @param directory where relative file names start
record Services(
        Metrics metrics,
        ProcessLog log,
        AtomicBoolean debug,
        Time time,
        RandomGenerator random,
        ServerControl control,
        PemTls tls,
        Path directory) {}
