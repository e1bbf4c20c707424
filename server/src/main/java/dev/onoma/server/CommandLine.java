package dev.onoma.server;

import java.util.List;
import java.util.Map;
import java.util.Set;

/// What the operator asked for, read in Go's way of [Flags], as CoreDNS does.
///
/// @param conf the Corefile; `stdin` is standard input; empty if not given
/// @param dnsPort the port of keys without one; not checked here
/// @param logFormat how lines of the log look
/// @param pidfile where to write the number of the process; empty for nowhere
/// @param pluginDirectory where jars of plugins lie; empty for nowhere
/// @param plugins whether to list the plugins and end
/// @param quiet whether to start without a banner
/// @param validate whether to check the configuration and end
/// @param version whether to print the version and end; goes before `plugins`
public record CommandLine(
        String conf,
        String dnsPort,
        LineFormat logFormat,
        String pidfile,
        String pluginDirectory,
        boolean plugins,
        boolean quiet,
        boolean validate,
        boolean version) {
    /// What `-help` prints; what [Commands] adds follows it.
    static final String USAGE =
            """
            Usage of onoma:
              -conf string
                \tCorefile to load (default "Corefile")
              -dns.port string
                \tDefault port (default "53")
              -log-format string
                \tFormat of log lines, text or json (default "text")
              -p string
                \tDefault port (default "53")
              -pidfile string
                \tPath to write pid file
              -plugin-dir string
                \tDirectory with jars of plugins
              -plugins
                \tList installed plugins
              -quiet
                \tQuiet mode (no initialization output)
              -validate
                \tCheck the configuration and exit
              -version
                \tShow version
            """;

    private static final Flags FLAGS =
            new Flags(
                    () -> USAGE + Commands.usage(),
                    Set.of("conf", "dns.port", "log-format", "pidfile", "plugin-dir"),
                    Set.of("plugins", "quiet", "validate", "version"),
                    Map.of("p", "dns.port"));

    /// Reads the words behind the name of the program.
    ///
    /// @throws Flags.Stop if the process ends here
    public static CommandLine parse(List<String> arguments) throws Flags.Stop {
        var found = FLAGS.parse(arguments);
        found.expectNoWords();
        var lines = found.text("log-format", "text");
        return new CommandLine(
                found.text("conf", ""),
                found.text("dns.port", "53"),
                LineFormat.named(lines)
                        .orElseThrow(() ->
                                FLAGS.misuse(
                                        "invalid value \"%s\" for flag -log-format: expected %s"
                                                .formatted(lines, LineFormat.WORDS))),
                found.text("pidfile", ""),
                found.text("plugin-dir", ""),
                found.isOn("plugins"),
                found.isOn("quiet"),
                found.isOn("validate"),
                found.isOn("version"));
    }
}
