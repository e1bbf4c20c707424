package dev.onoma.plugins.kubernetes;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/// A value in a manifest that knows its place: each getter says what it expects, and where.
///
/// No object is ever constructed from YAML, there are only nodes; so no tag can name a class.
final class YamlNode {
    private static final int MERGE_DEPTH_MAX = 10;

    private final Source source;
    private final Node node;
    private final String path;
    private @Nullable Map<String, Node> entries;

    /// A file that is being read.
    ///
    /// @param file as messages call it
    /// @param lines its text
    record Source(String file, List<String> lines) {
        ManifestException problem(Node node, String problem) {
            return ManifestException.at(file, node.getStartMark(), lines, problem);
        }
    }

    private YamlNode(Source source, Node node, String path) {
        this.source = source;
        this.node = node;
        this.path = path;
    }

    /// The top of a document, all of whose mappings have been checked for repeated keys.
    static YamlNode document(Source source, Node root) {
        checkKeys(source, root, Collections.newSetFromMap(new IdentityHashMap<>()));
        return new YamlNode(source, root, "");
    }

    /// The depth is limited by the parser.
    private static void checkKeys(Source source, Node node, Set<Node> seen) {
        if (!seen.add(node)) {
            return;
        }
        switch (node) {
            case MappingNode mapping -> {
                var keys = new LinkedHashMap<String, Node>();
                for (var tuple : mapping.getValue()) {
                    var key = tuple.getKeyNode();
                    if (key instanceof ScalarNode scalar && !Tag.MERGE.equals(key.getTag())) {
                        var first = keys.putIfAbsent(scalar.getValue(), key);
                        if (first != null) {
                            throw source.problem(
                                    key,
                                    "\"%s\" was already given in line %d; keep one of them"
                                            .formatted(
                                                    scalar.getValue(),
                                                    first.getStartMark().getLine() + 1));
                        }
                    }
                    checkKeys(source, tuple.getValueNode(), seen);
                }
            }
            case SequenceNode sequence ->
                    sequence.getValue().forEach(item -> checkKeys(source, item, seen));
            default -> {} // a scalar has no keys
        }
    }

    /// The value of a key; empty when it is absent or null.
    Optional<YamlNode> get(String key) {
        var value = entries().get(key);
        if (value == null || isNull(value)) {
            return Optional.empty();
        }
        return Optional.of(new YamlNode(source, value, path.isEmpty() ? key : path + "." + key));
    }

    YamlNode require(String key, String what) {
        return get(key).orElseThrow(() ->
                source.problem(
                        node,
                        "%s is missing: %s"
                                .formatted(path.isEmpty() ? key : path + "." + key, what)));
    }

    /// The text of an optional scalar, empty text when absent.
    String textOr(String key, String fallback) {
        return get(key).map(YamlNode::text).orElse(fallback);
    }

    boolean truthOr(String key, boolean fallback) {
        return get(key).map(YamlNode::truth).orElse(fallback);
    }

    List<YamlNode> itemsOf(String key) {
        return get(key).map(YamlNode::items).orElse(List.of());
    }

    Map<String, String> textsOf(String key) {
        return get(key).map(YamlNode::texts).orElse(Map.of());
    }

    boolean isMapping() {
        return node instanceof MappingNode;
    }

    /// Whether there is nothing but a null or an empty text.
    boolean isBlank() {
        return node instanceof ScalarNode scalar && (isNull(node) || scalar.getValue().isBlank());
    }

    /// Whether it was written as a number rather than as text.
    boolean isNumber() {
        return node instanceof ScalarNode && node.getTag().equals(Tag.INT);
    }

    String text() {
        if (node instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        throw expected("one value");
    }

    int number(int min, int max) {
        var what = "a whole number from %d to %d".formatted(min, max);
        var text = text();
        if (!text.matches("-?\\d{1,9}")) {
            throw expected(what);
        }
        int number = Integer.parseInt(text);
        if (number < min || number > max) {
            throw expected(what);
        }
        return number;
    }

    boolean truth() {
        return switch (text().toLowerCase(Locale.ROOT)) {
            case "true", "yes", "on" -> true;
            case "false", "no", "off" -> false;
            default -> throw expected("true or false");
        };
    }

    List<YamlNode> items() {
        if (!(node instanceof SequenceNode sequence)) {
            throw expected("a list");
        }
        var items = new ArrayList<YamlNode>();
        for (int i = 0; i < sequence.getValue().size(); i++) {
            items.add(
                    new YamlNode(source, sequence.getValue().get(i), "%s[%d]".formatted(path, i)));
        }
        return items;
    }

    /// A mapping of texts to texts, such as labels.
    Map<String, String> texts() {
        var texts = new LinkedHashMap<String, String>();
        entries().keySet().forEach(key -> get(key).ifPresent(v -> texts.put(key, v.text())));
        return Collections.unmodifiableMap(texts);
    }

    /// @param what follows "is": `a list`
    ManifestException expected(String what) {
        var place = path.isEmpty() ? "a document" : path;
        return source.problem(node, "%s is %s, not %s".formatted(place, what, found()));
    }

    private String found() {
        return switch (node) {
            case ScalarNode scalar -> "\"" + scalar.getValue() + "\"";
            case SequenceNode _ -> "a list";
            default -> "a mapping";
        };
    }

    private Map<String, Node> entries() {
        var read = entries;
        if (read == null) {
            if (!(node instanceof MappingNode mapping)) {
                throw expected("a mapping");
            }
            read = new LinkedHashMap<>();
            collect(mapping, read, 0);
            entries = read;
        }
        return read;
    }

    /// A mapping's own keys win over those it merges in with `<<`.
    private void collect(MappingNode mapping, Map<String, Node> into, int depth) {
        if (depth > MERGE_DEPTH_MAX) {
            throw expected("a mapping that merges others at most " + MERGE_DEPTH_MAX + " deep");
        }
        for (var tuple : mapping.getValue()) {
            if (tuple.getKeyNode() instanceof ScalarNode key && !Tag.MERGE.equals(key.getTag())) {
                into.putIfAbsent(key.getValue(), tuple.getValueNode());
            }
        }
        for (var tuple : mapping.getValue()) {
            if (Tag.MERGE.equals(tuple.getKeyNode().getTag())) {
                switch (tuple.getValueNode()) {
                    case MappingNode merged -> collect(merged, into, depth + 1);
                    case SequenceNode list ->
                            list.getValue().stream()
                                    .filter(MappingNode.class::isInstance)
                                    .map(MappingNode.class::cast)
                                    .forEach(merged -> collect(merged, into, depth + 1));
                    default -> throw expected("a mapping; \"<<\" takes a mapping");
                }
            }
        }
    }

    private static boolean isNull(Node value) {
        return value.getTag().equals(Tag.NULL);
    }
}
