package dev.onoma.plugins.tls;

import dev.onoma.api.CorefileException;
import dev.onoma.api.Directive;
import dev.onoma.api.ServerBlock;
import dev.onoma.api.ServerTls.ClientAuth;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/// What stands in the directive.
///
/// @param authorities the file with those that certificates of clients come from
/// @param password of the key
/// @param keyLog the file that secrets of connections go to
record TlsOptions(
        Path certificate,
        Path key,
        Optional<Path> authorities,
        ClientAuth clientAuth,
        Optional<String> password,
        Optional<Path> keyLog) {
    private static final String[] MODES = {
        "nocert", "request", "require", "verify_if_given", "require_and_verify"
    };

    /// Reads `tls CERT KEY [CA] { client_auth MODE, key_password FILE, keylog FILE }`.
    ///
    /// @throws CorefileException that points at the wrong word and offers a right one
    static TlsOptions read(Directive tls, ServerBlock block) {
        var arguments = tls.arguments("CERT KEY [CA], or tls { acme DOMAIN... }");
        var certificate = block.file(arguments.text("CERT"));
        var key = block.file(arguments.text("KEY"));
        var authorities = arguments.optionalText("CA").map(block::file);
        arguments.expectEnd();
        var clientAuth = ClientAuth.NOCERT;
        Optional<String> password = Optional.empty();
        Optional<Path> keyLog = Optional.empty();
        for (var property : tls.properties()) {
            switch (property.name()) {
                case "client_auth" -> clientAuth = mode(property);
                case "key_password" -> password = Optional.of(password(property, block));
                case "keylog" -> keyLog = Optional.of(file(property, block));
                default -> throw property.unknown("client_auth", "key_password", "keylog");
            }
        }
        return new TlsOptions(certificate, key, authorities, clientAuth, password, keyLog);
    }

    private static ClientAuth mode(Directive property) {
        var arguments = property.arguments(String.join("|", MODES));
        var mode = arguments.oneOf("MODE", MODES);
        arguments.expectEnd();
        return ClientAuth.valueOf(mode.toUpperCase(Locale.ROOT));
    }

    private static Path file(Directive property, ServerBlock block) {
        var arguments = property.arguments("FILE");
        var file = block.file(arguments.text("FILE"));
        arguments.expectEnd();
        return file;
    }

    private static String password(Directive property, ServerBlock block) {
        var file = file(property, block);
        try {
            return Files.readString(file).stripTrailing();
        } catch (IOException e) {
            throw property.wrongAt(1, "the password cannot be read: " + e);
        }
    }
}
