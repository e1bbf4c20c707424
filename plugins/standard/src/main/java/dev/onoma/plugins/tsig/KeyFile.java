package dev.onoma.plugins.tsig;

import dev.onoma.api.NameKey;
import dev.onoma.api.Names;
import dev.onoma.tsig.TsigAlgorithm;
import dev.onoma.tsig.TsigKey;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/// Reads keys as `tsig-keygen` writes them and BIND has them: `key "NAME" { algorithm A; secret
/// "BASE64"; };`, in any layout, with the three kinds of comments.
final class KeyFile {
    private static final Pattern TOKEN =
            Pattern.compile(
                    "(?s)/\\*.*?\\*/|//[^\\n]*|#[^\\n]*|\"(?<quoted>[^\"\\n]*)\"|[{};]|"
                            + "(?<word>[^\\s{};\"#]+)|(?<other>\\S)");

    // Parts of a secret stand where other words are expected as soon as a quote or a word is
    // missing, so of what was found only what can hardly be one is shown.
    private static final Pattern NO_SECRET = Pattern.compile("[{};]|[a-z-]{1,12}");

    private final List<String> tokens = new ArrayList<>();
    private final List<Integer> lines = new ArrayList<>();
    private final List<TsigKey> keys = new ArrayList<>();
    private int at;

    private KeyFile(String text) {
        var matcher = TOKEN.matcher(text);
        int line = 1;
        int counted = 0;
        while (matcher.find()) {
            for (; counted < matcher.start(); counted++) {
                line += text.charAt(counted) == '\n' ? 1 : 0;
            }
            var token = matcher.group();
            if (matcher.group("other") != null) {
                throw new IllegalArgumentException("line %d: unexpected %s".formatted(line, token));
            }
            if (!token.startsWith("/*") && !token.startsWith("//") && !token.startsWith("#")) {
                var quoted = matcher.group("quoted");
                tokens.add(quoted == null ? token : quoted);
                lines.add(line);
            }
        }
    }

    /// Reads the keys.
    ///
    /// @throws IllegalArgumentException with the line and what was expected there
    static List<TsigKey> read(String text) {
        var file = new KeyFile(text);
        while (file.at < file.tokens.size()) {
            file.key();
        }
        return file.keys;
    }

    private void key() {
        expect("key");
        var name = next("the name of a key");
        expect("{");
        var algorithm = TsigAlgorithm.SHA256;
        String secret = null;
        while (!peek().equals("}")) {
            var property = next("algorithm or secret");
            var value = next("a value");
            switch (property) {
                case "algorithm" ->
                        // What others sign with says which algorithm it is, so one that is not
                        // known here matters only for what we sign.
                        algorithm = TsigAlgorithm.of(value).orElse(algorithm);
                case "secret" -> secret = value;
                default -> throw wrong("algorithm or secret", property);
            }
            expect(";");
        }
        expect("}");
        if (at < tokens.size() && peek().equals(";")) {
            at++;
        }
        if (secret == null) {
            throw new IllegalArgumentException("the key %s has no secret".formatted(name));
        }
        keys.add(key(name, algorithm, secret));
    }

    /// Makes a key of its words.
    ///
    /// @throws IllegalArgumentException if one of them is wrong
    static TsigKey key(String name, TsigAlgorithm algorithm, String secret) {
        byte[] octets;
        try {
            octets = Base64.getMimeDecoder().decode(secret);
            if (octets.length == 0 || !secret.strip().matches("[A-Za-z0-9+/=]+")) {
                throw new IllegalArgumentException();
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "the secret of the key %s is not base64; tsig-keygen makes one".formatted(name),
                    e);
        }
        var absolute = Names.of(name.endsWith(".") ? name : name + ".");
        return new TsigKey(NameKey.of(absolute).name(), algorithm, octets);
    }

    private String peek() {
        return at < tokens.size() ? tokens.get(at) : "";
    }

    private String next(String expected) {
        var found = peek();
        if (at >= tokens.size() || found.equals("{") || found.equals("}") || found.equals(";")) {
            throw wrong(expected, found);
        }
        at++;
        return found;
    }

    private void expect(String token) {
        if (!peek().equals(token)) {
            throw wrong(token, peek());
        }
        at++;
    }

    private IllegalArgumentException wrong(String expected, String found) {
        if (at >= tokens.size()) {
            return new IllegalArgumentException(
                    "%s was expected where the file ends".formatted(expected));
        }
        var shown =
                NO_SECRET.matcher(found).matches()
                        ? ", not \"%s\"".formatted(found)
                        : "; what stands there may be a secret and is not shown";
        return new IllegalArgumentException(
                "line %d: %s was expected%s".formatted(lines.get(at), expected, shown));
    }
}
