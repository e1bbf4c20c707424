package dev.onoma.plugins.kubernetes;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads `application/json`: what servers answer that do not speak protobuf, and all custom
/// resources. One item is in memory at a time.
final class JsonReader implements ApiReader, ApiEvent.Form<Map<?, ?>> {
    private final JsonScanner scanner;
    private final JsonObjects objects;
    private final ObjectParts parts;

    JsonReader(InputStream body, ApiResource resource, ObjectParts parts) {
        this.scanner = new JsonScanner(body);
        this.parts = parts;
        this.objects = new JsonObjects(resource, parts);
    }

    @Override
    public Page list(Consumer<ApiItem> items) throws IOException {
        var page = new Page("", "");
        scanner.beginObject();
        for (var member = scanner.member(); member != null; member = scanner.member()) {
            switch (member) {
                case "metadata" -> page = page(scanner.object());
                case "items" -> items(items);
                default -> scanner.value();
            }
        }
        return page;
    }

    private static Page page(Map<?, ?> metadata) {
        return new Page(
                JsonObjects.text(metadata, "resourceVersion"),
                JsonObjects.text(metadata, "continue"));
    }

    private void items(Consumer<ApiItem> items) throws IOException {
        if (scanner.beginArray()) {
            while (scanner.element()) {
                items.accept(objects.item(scanner.object()));
            }
        }
    }

    @Override
    public @Nullable ApiEvent event() throws IOException {
        if (!scanner.hasMore()) {
            return null;
        }
        var event = scanner.object();
        return ApiEvent.of(JsonObjects.text(event, "type"), JsonObjects.map(event, "object"), this);
    }

    @Override
    public ApiItem item(Map<?, ?> object) {
        return objects.item(object);
    }

    @Override
    public ApiEvent.Bookmark bookmark(Map<?, ?> object) {
        objects.read(object);
        return new ApiEvent.Bookmark(parts.version, parts.endOfList);
    }

    @Override
    public ApiStatus status() throws IOException {
        return status(scanner.object());
    }

    @Override
    public ApiStatus status(Map<?, ?> status) {
        return new ApiStatus(
                number(status, "code"),
                JsonObjects.text(status, "reason"),
                JsonObjects.text(status, "message"),
                number(JsonObjects.map(status, "details"), "retryAfterSeconds"));
    }

    private static int number(Map<?, ?> owner, String key) {
        return owner.get(key) instanceof Long number ? number.intValue() : 0;
    }
}
