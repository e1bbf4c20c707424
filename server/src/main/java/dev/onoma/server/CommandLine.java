package dev.onoma.server;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What the operator asked for, read in Go's way of flags, as CoreDNS does.
///
/// One or two dashes; `-f value` or `-f=value`; a switch takes a value only as `-f=false`. The
/// first word that is no flag ends them.
///
/// @param conf the Corefile; `stdin` is standard input; empty if not given
/// @param dnsPort the port of keys without one; not checked here
/// @param pidfile where to write the number of the process; empty for nowhere
/// @param pluginDirectory where jars of plugins lie; empty for nowhere
/// @param plugins whether to list the plugins and end
/// @param quiet whether to start without a banner
/// @param validate whether to check the configuration and end
/// @param version whether to print the version and end; goes before `plugins`
public record CommandLine(
        String conf,
        String dnsPort,
        String pidfile,
        String pluginDirectory,
        boolean plugins,
        boolean quiet,
        boolean validate,
        boolean version) {
    /// What `-help` prints.
    public static final String USAGE =
            """
            Usage of onoma:
              -conf string
                \tCorefile to load (default "Corefile")
              -dns.port string
                \tDefault port (default "53")
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

    private static final Set<String> TEXTS = Set.of("conf", "dns.port", "pidfile", "plugin-dir");
    private static final Set<String> SWITCHES = Set.of("plugins", "quiet", "validate", "version");
    private static final Set<String> TRUE = Set.of("1", "t", "T", "TRUE", "true", "True");
    private static final Set<String> FALSE = Set.of("0", "f", "F", "FALSE", "false", "False");

    /// The process ends here: help was asked for, or the words make no sense.
    public static final class Stop extends Exception {
        private static final long serialVersionUID = 1L;

        private final int exitCode;

        private Stop(int exitCode, String message) {
            super(message);
            this.exitCode = exitCode;
        }

        /// 0 after help, 2 after a wrong flag, 1 after words too many. The message goes to standard
        /// error.
        public int exitCode() {
            return exitCode;
        }
    }

    /// Reads the words behind the name of the program.
    ///
    /// @throws Stop if the process ends here
    public static CommandLine parse(List<String> arguments) throws Stop {
        var values = new HashMap<String, String>();
        int at = 0;
        while (at < arguments.size() && isFlag(arguments.get(at))) {
            var word = arguments.get(at);
            at++;
            if (word.equals("--")) {
                break;
            }
            at += flag(word, arguments.subList(at, arguments.size()), values);
        }
        if (at < arguments.size()) {
            var extra = String.join(" ", arguments.subList(at, arguments.size()));
            throw new Stop(1, "extra command line arguments: [" + extra + "]");
        }
        return of(values);
    }

    private static boolean isFlag(String word) {
        return word.length() > 1 && word.startsWith("-");
    }

    /// Reads one flag.
    ///
    /// @return how many of the words behind it belong to it
    private static int flag(String word, List<String> behind, Map<String, String> values)
            throws Stop {
        var text = word.substring(word.startsWith("--") ? 2 : 1);
        if (text.isEmpty() || text.startsWith("-") || text.startsWith("=")) {
            throw misuse("bad flag syntax: " + word);
        }
        int equals = text.indexOf('=');
        var written = equals < 0 ? text : text.substring(0, equals);
        var name = written.equals("p") ? "dns.port" : written;
        if (SWITCHES.contains(name)) {
            values.put(name, equals < 0 ? "true" : bool(name, text.substring(equals + 1)));
            return 0;
        }
        if (!TEXTS.contains(name)) {
            throw name.equals("h") || name.equals("help")
                    ? new Stop(0, USAGE.stripTrailing())
                    : misuse("flag provided but not defined: -" + written);
        }
        if (equals < 0 && behind.isEmpty()) {
            throw misuse("flag needs an argument: -" + written);
        }
        values.put(name, equals < 0 ? behind.getFirst() : text.substring(equals + 1));
        return equals < 0 ? 1 : 0;
    }

    private static String bool(String name, String value) throws Stop {
        if (!TRUE.contains(value) && !FALSE.contains(value)) {
            throw misuse(
                    "invalid boolean value \"%s\" for -%s: parse error".formatted(value, name));
        }
        return String.valueOf(TRUE.contains(value));
    }

    private static Stop misuse(String message) {
        return new Stop(2, message + "\n" + USAGE.stripTrailing());
    }

    private static CommandLine of(Map<String, String> values) {
        return new CommandLine(
                values.getOrDefault("conf", ""),
                values.getOrDefault("dns.port", "53"),
                values.getOrDefault("pidfile", ""),
                values.getOrDefault("plugin-dir", ""),
                Boolean.parseBoolean(values.get("plugins")),
                Boolean.parseBoolean(values.get("quiet")),
                Boolean.parseBoolean(values.get("validate")),
                Boolean.parseBoolean(values.get("version")));
    }
}
