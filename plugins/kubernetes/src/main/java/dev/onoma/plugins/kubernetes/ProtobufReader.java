package dev.onoma.plugins.kubernetes;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads `application/vnd.kubernetes.protobuf`: four octets `k8s` and zero, an envelope, and in it
/// the list or object; in a watch, events with their length in front of them.
///
/// One item is in memory at a time.
final class ProtobufReader implements ApiReader, ApiEvent.Form<WireScanner> {
    static final String TYPE = "application/vnd.kubernetes.protobuf";

    /// etcd takes 1.5 MiB; an event has little more.
    private static final int ITEM_OCTETS_MAX = 16 << 20;

    private static final int[] MAGIC = {'k', '8', 's', 0};
    private static final int DELIMITED = 2;

    private final InputStream body;
    private final ProtobufObjects objects;
    private final ObjectParts parts;
    private byte[] item = new byte[8192];

    ProtobufReader(InputStream body, ApiResource resource, ObjectParts parts) {
        this.body = body;
        this.parts = parts;
        this.objects = new ProtobufObjects(resource, parts);
    }

    @Override
    public Page list(Consumer<ApiItem> items) throws IOException {
        magic();
        var page = new Page("", "");
        while (true) {
            int tag = tag();
            if (tag < 0) {
                return page;
            }
            if (tag == (2 << 3 | DELIMITED)) {
                page = items(varint(), items);
            } else {
                skip(tag);
            }
        }
    }

    /// The list itself: metadata first, then items.
    private Page items(long octets, Consumer<ApiItem> items) throws IOException {
        var page = new Page("", "");
        long left = octets;
        while (left > 0) {
            long before = read;
            int tag = tag();
            if (tag < 0) {
                throw cutOff();
            }
            var message = fill(varint());
            switch (tag >>> 3) {
                case 1 -> page = page(message);
                case 2 -> items.accept(objects.item(message));
                default -> {
                    // a newer field
                }
            }
            left -= read - before;
        }
        return page;
    }

    private static Page page(WireScanner metadata) throws IOException {
        var version = "";
        var next = "";
        while (metadata.next()) {
            switch (metadata.field()) {
                case 2 -> version = metadata.text();
                case 3 -> next = metadata.text();
                default -> metadata.skip();
            }
        }
        return new Page(version, next);
    }

    @Override
    public @Nullable ApiEvent event() throws IOException {
        int first = body.read();
        if (first < 0) {
            return null;
        }
        long length = first;
        for (int i = 0; i < 3; i++) {
            length = length << 8 | octet();
        }
        var event = fill(length);
        var type = "";
        WireScanner object = null;
        while (event.next()) {
            switch (event.field()) {
                case 1 -> type = event.text();
                case 2 -> object = raw(event.message());
                default -> event.skip();
            }
        }
        if (object == null) {
            throw new IOException("an event without an object");
        }
        return ApiEvent.of(type, unwrapped(object), this);
    }

    @Override
    public ApiItem item(WireScanner object) throws IOException {
        return objects.item(object);
    }

    @Override
    public ApiEvent.Bookmark bookmark(WireScanner object) throws IOException {
        objects.read(object);
        return new ApiEvent.Bookmark(parts.version, parts.endOfList);
    }

    private static WireScanner raw(WireScanner extension) throws IOException {
        while (extension.next()) {
            if (extension.field() == 1) {
                return extension.message();
            }
            extension.skip();
        }
        throw new IOException("an event without an object");
    }

    private static WireScanner unwrapped(WireScanner object) throws IOException {
        object.expect(MAGIC);
        while (object.next()) {
            if (object.field() == 2) {
                return object.message();
            }
            object.skip();
        }
        throw new IOException("an envelope without an object");
    }

    @Override
    public ApiStatus status() throws IOException {
        var octets = body.readNBytes(ITEM_OCTETS_MAX);
        return status(unwrapped(new WireScanner(octets, 0, octets.length)));
    }

    @Override
    public ApiStatus status(WireScanner status) throws IOException {
        int code = 0;
        int retryAfter = 0;
        var reason = "";
        var message = "";
        while (status.next()) {
            switch (status.field()) {
                case 3 -> message = status.text();
                case 4 -> reason = status.text();
                case 5 -> retryAfter = retryAfter(status.message());
                case 6 -> code = (int) status.number();
                default -> status.skip();
            }
        }
        return new ApiStatus(code, reason, message, retryAfter);
    }

    private static int retryAfter(WireScanner details) throws IOException {
        int seconds = 0;
        while (details.next()) {
            if (details.field() == 5) {
                seconds = (int) details.number();
            } else {
                details.skip();
            }
        }
        return seconds;
    }

    // Octets read in a list, to know where it ends.
    private long read;

    private void magic() throws IOException {
        for (int expected : MAGIC) {
            if (octet() != expected) {
                throw new IOException("not protobuf of Kubernetes");
            }
        }
    }

    /// The number of the next field and its wire type; -1 at the end.
    private int tag() throws IOException {
        int first = body.read();
        if (first < 0) {
            return -1;
        }
        read++;
        return (int) varint(first);
    }

    private void skip(int tag) throws IOException {
        if ((tag & 7) == DELIMITED) {
            fill(varint());
        } else {
            varint();
        }
    }

    private long varint() throws IOException {
        return varint(octet());
    }

    private long varint(int first) throws IOException {
        long value = first & 0x7f;
        int octet = first;
        for (int shift = 7; octet > 0x7f; shift += 7) {
            if (shift > 63) {
                throw new IOException("protobuf: a number has more than 64 bits");
            }
            octet = octet();
            value |= (octet & 0x7fL) << shift;
        }
        return value;
    }

    private int octet() throws IOException {
        int octet = body.read();
        if (octet < 0) {
            throw cutOff();
        }
        read++;
        return octet;
    }

    private WireScanner fill(long length) throws IOException {
        if (length < 0 || length > ITEM_OCTETS_MAX) {
            throw new IOException("an object of " + length + " octets");
        }
        if (length > item.length) {
            item = new byte[Math.max((int) length, Math.min(2 * item.length, ITEM_OCTETS_MAX))];
        }
        int filled = body.readNBytes(item, 0, (int) length);
        if (filled < length) {
            throw cutOff();
        }
        read += length;
        return new WireScanner(item, 0, (int) length);
    }

    private static EOFException cutOff() {
        return new EOFException("the response is cut off");
    }
}
