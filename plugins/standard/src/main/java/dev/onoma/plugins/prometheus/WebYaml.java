package dev.onoma.plugins.prometheus;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/// A mapping in a web configuration: getters that say what is wrong, and where. There are only
/// nodes, so nothing in the file can name a class; and no message shows a value, which may be a
/// secret.
final class WebYaml {
    private static final int OCTETS_MAX = 1 << 20;

    private final Path file;
    private final String path;
    private final int line;
    private final Map<String, Node> entries;

    private WebYaml(Path file, String path, int line, Map<String, Node> entries) {
        this.file = file;
        this.path = path;
        this.line = line;
        this.entries = entries;
    }

    /// The top of a file; empty if there is nothing in it.
    static WebYaml read(Path file, String text) throws IOException {
        if (text.length() > OCTETS_MAX) {
            throw new IOException(file + " has more than " + OCTETS_MAX + " characters");
        }
        var options = new LoaderOptions();
        options.setMaxAliasesForCollections(10);
        @Nullable Node root;
        try {
            root = new Yaml(options).compose(new StringReader(text));
        } catch (MarkedYAMLException e) {
            var mark = e.getProblemMark();
            throw new IOException(
                    "%s:%d: %s"
                            .formatted(file, mark == null ? 1 : mark.getLine() + 1, e.getProblem()),
                    e);
        }
        return root == null ? new WebYaml(file, "", 1, Map.of()) : mapping(file, "the file", root);
    }

    private static WebYaml mapping(Path file, String path, Node node) throws IOException {
        int line = node.getStartMark().getLine() + 1;
        if (node instanceof ScalarNode && node.getTag().equals(Tag.NULL)) {
            return new WebYaml(file, path, line, Map.of());
        }
        if (!(node instanceof MappingNode mapping)) {
            throw new IOException(
                    "%s:%d: %s is not a mapping (key: value)".formatted(file, line, path));
        }
        var entries = new LinkedHashMap<String, Node>();
        for (var tuple : mapping.getValue()) {
            int at = tuple.getKeyNode().getStartMark().getLine() + 1;
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                throw new IOException("%s:%d: a key is not a word".formatted(file, at));
            }
            if (entries.putIfAbsent(key.getValue(), tuple.getValueNode()) != null) {
                throw new IOException(
                        "%s:%d: %s stands there twice".formatted(file, at, key.getValue()));
            }
        }
        return new WebYaml(file, path, line, entries);
    }

    Set<String> keys() {
        return entries.keySet();
    }

    boolean has(String key) {
        return entries.containsKey(key);
    }

    void expectKeys(String... known) throws IOException {
        for (var key : entries.keySet()) {
            if (!List.of(known).contains(key)) {
                throw wrong(key, "is unknown; known are " + String.join(", ", known));
            }
        }
    }

    /// The mapping of a key; empty if it is not there.
    WebYaml mapping(String key) throws IOException {
        var node = entries.get(key);
        return node == null ? new WebYaml(file, key, line, Map.of()) : mapping(file, key, node);
    }

    String text(String key, String otherwise) throws IOException {
        var node = entries.get(key);
        if (node == null || node.getTag().equals(Tag.NULL)) {
            return otherwise;
        }
        if (!(node instanceof ScalarNode scalar)) {
            throw wrong(key, "is not a single value");
        }
        return scalar.getValue();
    }

    List<String> texts(String key) throws IOException {
        var node = entries.get(key);
        if (node == null || node.getTag().equals(Tag.NULL)) {
            return List.of();
        }
        if (!(node instanceof SequenceNode sequence)) {
            throw wrong(key, "is not a list");
        }
        var all = new ArrayList<String>();
        for (var item : sequence.getValue()) {
            if (!(item instanceof ScalarNode scalar)) {
                throw wrong(key, "is not a list of single values");
            }
            all.add(scalar.getValue());
        }
        return List.copyOf(all);
    }

    /// What is wrong with the value of a key.
    IOException wrong(String key, String what) {
        var node = entries.get(key);
        int at = node == null ? line : node.getStartMark().getLine() + 1;
        return new IOException("%s:%d: %s %s".formatted(file, at, key, what));
    }

    /// What is wrong if a key is not there.
    IOException missing(String key) {
        return new IOException("%s:%d: %s is missing in %s".formatted(file, line, key, path));
    }
}
