package dev.onoma.plugins.cookies;

import dev.onoma.api.Arguments;
import dev.onoma.api.Directive;
import dev.onoma.api.FileErrors;
import dev.onoma.api.ServerBlock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the Corefile says about cookies.
///
/// @param secrets shared with other servers, the first signs; empty for one of the process
/// @param file whose lines are secrets, looked at again every while; may be null
/// @param required whether clients over UDP that know cookies must show ours
record CookieOptions(List<byte[]> secrets, @Nullable Path file, boolean required) {
    static final int SECRET_OCTETS = 16;
    static final int SECRETS_MAX = 8;

    private static final String SECRET = "a secret is 32 hexadecimal digits";

    /// Reads `cookies { secret HEX; secret_file FILE; require }`.
    static CookieOptions parse(Directive cookies, ServerBlock block) {
        cookies.arguments("").expectEnd();
        var secrets = new ArrayList<byte[]>();
        Path file = null;
        boolean required = false;
        for (var property : cookies.properties()) {
            switch (property.name()) {
                case "secret" -> secrets.add(secret(property.arguments("HEX")));
                case "secret_file" -> {
                    var arguments = property.arguments("FILE");
                    file = block.file(arguments.text("FILE"));
                    arguments.expectEnd();
                    secrets.addAll(ofFile(property, file));
                }
                case "require" -> {
                    property.expectNothingElse();
                    required = true;
                }
                default -> throw property.unknown("secret", "secret_file", "require");
            }
            if (file != null
                    && cookies.properties().stream().anyMatch(p -> p.name().equals("secret"))) {
                throw property.wrong(
                        "secrets come from the Corefile or from a file, not from both");
            }
            if (secrets.size() > SECRETS_MAX) {
                throw property.wrong("more than " + SECRETS_MAX + " secrets are too many to try");
            }
        }
        return new CookieOptions(secrets, file, required);
    }

    private static byte[] secret(Arguments arguments) {
        var text = arguments.text("HEX");
        arguments.expectEnd();
        try {
            return secret(text);
        } catch (IOException _) {
            throw arguments.wrong(SECRET + ", such as those of: openssl rand -hex 16");
        }
    }

    private static byte[] secret(String text) throws IOException {
        if (!text.matches("[0-9a-fA-F]{32}")) {
            throw new IOException(SECRET);
        }
        return HexFormat.of().parseHex(text);
    }

    private static List<byte[]> ofFile(Directive property, Path file) {
        try {
            return read(file);
        } catch (IOException e) {
            throw property.wrongAt(1, file + ": " + FileErrors.reason(e));
        }
    }

    /// The secrets of a file, one a line; `#` begins a comment.
    ///
    /// @throws IOException if there is none, or a line is not one
    static List<byte[]> read(Path file) throws IOException {
        var secrets = new ArrayList<byte[]>();
        for (var line : Files.readAllLines(file)) {
            var text = line.replaceFirst("#.*", "").strip();
            if (!text.isEmpty()) {
                secrets.add(secret(text));
            }
        }
        if (secrets.isEmpty() || secrets.size() > SECRETS_MAX) {
            throw new IOException("there must be 1 to %d secrets".formatted(SECRETS_MAX));
        }
        return secrets;
    }
}
