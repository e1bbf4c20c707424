package dev.onoma.server.listen;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// What the blocks of a listener have set, in the order of the Corefile.
///
/// @param blocks each answers with its value of a class, or with nothing
public record Settings(List<Function<Class<?>, Optional<?>>> blocks) {
    /// Of a listener that nobody has said anything about.
    public static final Settings NONE = new Settings(List.of());

    public Settings {
        blocks = List.copyOf(blocks);
    }

    /// What the first block says that says anything.
    public <T> Optional<T> first(Class<T> kind) {
        return blocks.stream().flatMap(b -> b.apply(kind).stream()).map(kind::cast).findFirst();
    }

    /// What the last block says that says anything.
    public <T> Optional<T> last(Class<T> kind) {
        return blocks.stream()
                .flatMap(b -> b.apply(kind).stream())
                .map(kind::cast)
                .reduce((_, later) -> later);
    }
}
