package dev.onoma.plugins.kubernetes;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// Keeps one resource as it is on the API server: lists it, then watches it from the version of the
/// list on.
///
/// *Lists.* A streaming list first (a watch that begins with everything there is and says where
/// that ends), which costs the server least; if it knows none, or its end does not come, a list in
/// pages. What the store has is exchanged in place, so that a list again takes no second copy.
///
/// *Watches.* They end after some minutes and go on where they were. A version that is too old
/// (410) leads to a list; whatever else happens leads to another watch from the last version, after
/// a wait that grows ([ApiPatience]). An event that came before, or too late, changes nothing
/// ([VersionLedger]).
///
/// *Restored servers.* One whose database was restored from a backup is behind what we have seen.
/// It would let us watch from a version that is yet to come, and say nothing until then; so after
/// each outage it is asked where it is, and a bookmark from before the last one counts too. One
/// that has counted past that version does not have what was put last as it was seen
/// ([LastChange]).
///
/// One thread, the source's; [#close] from any.
final class ApiWatch implements AutoCloseable {
    private static final int PAGE = 500;
    private static final int BATCH_EVENTS_MAX = 64;

    /// With a bookmark a minute, and a question or two between, [ApiPulse] may ask until the end.
    private static final int WATCH_SECONDS = 480;

    /// Fewer octets than that are not another event, but white space between two.
    private static final int EVENT_OCTETS_MIN = 8;

    private final ApiResource resource;
    private final String selector;
    private final ApiSource source;
    private final ApiPatience patience;
    private final ApiConnection connection;
    private final ObjectParts parts;
    private final ObjectSink sink;
    private final VersionLedger ledger;
    private final LastChange lastChange = new LastChange();
    private final WatchCounters counters;

    private @Nullable ApiBody body; // that is read now
    private String version = ""; // from which the next watch goes on; empty before a list
    private boolean streaming = true;
    private boolean pagesOnce; // the next list, whatever the others are
    private volatile boolean listed;
    private volatile String problem = ""; // why it is not listed yet, if there was trouble
    private boolean doubtful; // whether the server may be another one than before
    private int failures;
    private int stalls;
    private volatile boolean closed;

    ApiWatch(
            ApiResource resource,
            String selector,
            ApiSource source,
            ApiConnection connection,
            ObjectParts parts,
            ObjectSink sink) {
        this.resource = resource;
        this.selector = selector;
        this.source = source;
        this.patience = source.patience();
        this.connection = connection;
        this.parts = parts;
        this.sink = sink;
        this.ledger = new VersionLedger(source.random().nextLong());
        this.counters = new WatchCounters(source.metrics(), resource);
    }

    void run() {
        while (!closed) {
            try {
                turn();
            } catch (InterruptedException _) {
                return; // close() was called
            } catch (IOException | RuntimeException e) {
                if (closed) {
                    return;
                }
                if (!rest(failure(e))) {
                    return;
                }
            }
        }
    }

    /// Why nothing is known of this resource yet; empty if there was no trouble so far.
    String problem() {
        return problem;
    }

    boolean isListed() {
        return listed;
    }

    ApiResource resource() {
        return resource;
    }

    private void turn() throws IOException, InterruptedException {
        if (doubtful && !version.isEmpty()) {
            lookBack();
        }
        doubtful = false;
        if (version.isEmpty() && (pagesOnce || !streaming)) {
            pagesOnce = false;
            listInPages();
        }
        long began = System.nanoTime();
        watch(version.isEmpty());
        if (!version.isEmpty() && System.nanoTime() - began < patience.watchMin().toNanos()) {
            throw new ApiFailure(ApiFailure.Cause.BROKEN, "watches end at once");
        }
    }

    /// Counts and tells what happened, and waits.
    ///
    /// @return whether to go on
    private boolean rest(ApiFailure failure) {
        var cause = failure.kind();
        counters.failed(cause);
        if (cause != ApiFailure.Cause.GONE) {
            var verb = listed && !version.isEmpty() ? "watch" : "list";
            source.trouble(
                    failure,
                    "Failed to watch: failed to %s %s: %s"
                            .formatted(verb, resource.title(), failure.getMessage()));
        }
        problem = listed ? "" : String.valueOf(failure.getMessage());
        switch (cause) {
            case ENDLESS -> {
                streaming = false;
                return true;
            }
            // Whatever a server did not like, a list is the way to begin anew.
            case GONE, REWOUND, REFUSED -> version = "";
            case UNREACHABLE, HANDSHAKE, BROKEN, MALFORMED -> doubtful = true;
            case STALLED -> {
                doubtful = true;
                stalls++;
            }
            case THROTTLED, FORBIDDEN, CREDENTIALS -> {
                // It is the server that we know, and it says what it wants.
            }
        }
        try {
            var wait = backOff();
            var asked = failure.retryAfter();
            Thread.sleep(
                    asked.compareTo(wait) > 0 ? asked.plus(jitter(patience.retryFirst())) : wait);
            failures++;
            return true;
        } catch (InterruptedException _) {
            return false;
        }
    }

    /// Between a half and the whole of a time that doubles.
    private Duration backOff() {
        var most = patience.retry(failures);
        return most.dividedBy(2).plus(jitter(most.dividedBy(2)));
    }

    private Duration jitter(Duration most) {
        return Duration.ofNanos(source.random().nextLong(most.toNanos() + 1));
    }

    private static ApiFailure failure(Exception e) {
        var text = e.getMessage() == null ? e.toString() : e.getMessage();
        return switch (e) {
            case ApiFailure known -> known;
            case SocketTimeoutException _ ->
                    new ApiFailure(ApiFailure.Cause.STALLED, "nothing came for too long");
            case ConnectException _, NoRouteToHostException _ ->
                    new ApiFailure(ApiFailure.Cause.UNREACHABLE, text);
            case UnknownHostException _ ->
                    new ApiFailure(ApiFailure.Cause.UNREACHABLE, "there is no host " + text);
            case SSLException tls -> TlsTrouble.of(tls);
            case SocketException _, EOFException _ -> new ApiFailure(ApiFailure.Cause.BROKEN, text);
            default -> new ApiFailure(ApiFailure.Cause.MALFORMED, text);
        };
    }

    /// Asks a server that was away where it is.
    private void lookBack() throws IOException, InterruptedException {
        var last = lastChange.key();
        if (last == null) {
            refuseBehind(
                    get("?limit=1", patience.answerMax(stalls), false).list(_ -> {}).version());
            return;
        }
        var found = new AtomicLong(-1);
        var reader = read(resource.pathOf(last), patience.answerMax(stalls), false);
        var page = reader.list(item -> found.set(ApiItem.number(item.version())));
        refuseBehind(page.version());
        lastChange.compare(found.get());
    }

    private void refuseBehind(String at) throws ApiFailure {
        long number = ApiItem.number(at);
        if (number > 0 && number < ApiItem.number(version)) {
            throw new ApiFailure(
                    ApiFailure.Cause.REWOUND,
                    "the server is at version %s and was at %s (a restored database?); everything is listed again"
                            .formatted(at, version));
        }
    }

    private void listInPages() throws IOException, InterruptedException {
        source.limiter().beginList();
        try {
            beginList();
            var page = page("");
            while (!page.next().isEmpty()) {
                page = page(page.next());
            }
            endList(page.version());
        } finally {
            source.limiter().endList();
        }
    }

    private ApiReader.Page page(String next) throws IOException, InterruptedException {
        // The first page from the server's memory; the others are of the same version.
        var from = next.isEmpty() ? "&resourceVersion=0" : "&continue=" + encoded(next);
        var reader = get("?limit=" + PAGE + from, patience.answerMax(stalls), false);
        var page = reader.list(this::listed);
        publish();
        return page;
    }

    private void listed(ApiItem item) {
        source.lock().lock();
        try {
            ledger.note(item.key(), ApiItem.number(item.version()), false);
            lastChange.note(item.key(), ApiItem.number(item.version()), false);
            put(item);
        } finally {
            source.lock().unlock();
        }
    }

    private void beginList() {
        source.lock().lock();
        try {
            ledger.clear();
            lastChange.clear();
            sink.beginReplace(resource.kind());
        } finally {
            source.lock().unlock();
        }
    }

    private void endList(String at) throws IOException {
        if (at.isEmpty()) {
            throw new IOException("a list without a resourceVersion");
        }
        source.lock().lock();
        try {
            sink.endReplace(resource.kind());
            sink.publish();
        } finally {
            source.lock().unlock();
        }
        version = at;
        counters.listed();
        if (!listed) {
            listed = true;
            problem = "";
            source.listed();
        }
    }

    /// Until it ends.
    ///
    /// @param all whether it begins with all there is
    private void watch(boolean all) throws IOException, InterruptedException {
        int seconds = WATCH_SECONDS / 2 + source.random().nextInt(WATCH_SECONDS / 2);
        var target = "?watch=true&allowWatchBookmarks=true&timeoutSeconds=" + seconds;
        if (all) {
            target += "&sendInitialEvents=true&resourceVersionMatch=NotOlderThan";
        } else {
            target += "&resourceVersion=" + encoded(version);
        }
        try {
            var reader = get(target, all ? patience.streamMax() : patience.answerMax(stalls), true);
            if (all) {
                beginList();
            } else {
                begun();
            }
            follow(reader);
        } catch (ApiFailure e) {
            boolean refused =
                    e.kind() == ApiFailure.Cause.REFUSED
                            || e.kind() == ApiFailure.Cause.FORBIDDEN && e.status() == 403;
            if (!version.isEmpty() || !refused) {
                throw e;
            }
            // It knows no such lists or does not let us have them; or, with 500 and more, it cannot
            // give one now, with an old etcd never. A list in pages tells what it is.
            streaming = e.status() >= 500;
            pagesOnce = true;
        } catch (SocketTimeoutException e) {
            throw version.isEmpty() ? endless() : e;
        }
    }

    /// A list is complete, or a watch is answered: from now on there is something now and then.
    private void begun() {
        connection.idleMax(patience.watchMax());
        failures = 0;
        stalls = 0;
    }

    private static ApiFailure endless() {
        return new ApiFailure(
                ApiFailure.Cause.ENDLESS,
                "a streaming list does not end, so it is read in pages from now on");
    }

    /// As long as there is no version, what comes is a list.
    private void follow(ApiReader reader) throws IOException {
        int unseen = 0;
        while (!closed) {
            var event = next(reader);
            if (event == null) {
                break;
            }
            if (version.isEmpty()
                    && event instanceof ApiEvent.Bookmark(var at, boolean end)
                    && end) {
                endList(at);
                begun();
                unseen = 0;
                continue;
            }
            take(event);
            unseen++;
            var rest = body;
            boolean more = rest != null && rest.available() >= EVENT_OCTETS_MIN;
            if (unseen >= BATCH_EVENTS_MAX || !more) {
                publish();
                unseen = 0;
            }
        }
        if (version.isEmpty()) {
            throw new EOFException("a streaming list ended before its end");
        }
    }

    /// Null at the end of a watch, and where it has been silent for long: a server with an old etcd
    /// has nothing to say while nothing happens, so that is no trouble. Another watch tells.
    private @Nullable ApiEvent next(ApiReader reader) throws IOException {
        try {
            return reader.event();
        } catch (SocketTimeoutException e) {
            if (version.isEmpty()) {
                throw e;
            }
            return null;
        }
    }

    private void take(ApiEvent event) throws ApiFailure {
        switch (event) {
            case ApiEvent.Put(var item) -> change(item, false);
            case ApiEvent.Delete(var item) -> change(item, true);
            case ApiEvent.Bookmark(var at, _) -> {
                counters.bookmark();
                if (!version.isEmpty()) {
                    refuseBehind(at);
                    version = at;
                }
            }
            case ApiEvent.Ended(var status) ->
                    throw ApiFailure.of(status.code(), status, Duration.ZERO);
        }
    }

    private void change(ApiItem item, boolean gone) {
        boolean listing = version.isEmpty();
        long number = ApiItem.number(item.version());
        source.lock().lock();
        try {
            boolean news = ledger.note(item.key(), number, gone);
            lastChange.note(item.key(), number, gone);
            counters.event(gone, news);
            if (listing || news) {
                if (gone) {
                    sink.delete(resource.kind(), item.key());
                } else {
                    put(item);
                }
            }
        } finally {
            source.lock().unlock();
        }
        if (!listing && (number == 0 || number > ApiItem.number(version))) {
            version = item.version();
        }
    }

    /// What has nothing for DNS may have had something before.
    private void put(ApiItem item) {
        var object = item.object();
        if (object == null) {
            sink.delete(resource.kind(), item.key());
        } else {
            sink.put(object);
        }
    }

    private void publish() {
        source.lock().lock();
        try {
            sink.publish();
        } finally {
            source.lock().unlock();
        }
        counters.heard();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private ApiReader get(String query, Duration idleMax, boolean stream)
            throws IOException, InterruptedException {
        return read(resource.path() + query + selector, idleMax, stream);
    }

    private ApiReader read(String target, Duration idleMax, boolean stream)
            throws IOException, InterruptedException {
        source.awaitTurn();
        var response = source.get(connection, target, accept(stream), idleMax);
        var reader =
                response.type().startsWith(ProtobufReader.TYPE)
                        ? new ProtobufReader(response.body(), resource, parts)
                        : new JsonReader(response.body(), resource, parts);
        if (response.status() != 200) {
            throw ApiFailure.of(response.status(), status(reader), response.retryAfter());
        }
        body = response.body();
        return reader;
    }

    private static ApiStatus status(ApiReader reader) {
        try {
            return reader.status();
        } catch (IOException _) {
            return ApiStatus.UNKNOWN; // a proxy on the way may say anything
        }
    }

    /// Custom resources come in JSON only.
    private String accept(boolean stream) {
        if (!source.protobuf() || resource == ApiResource.IMPORTS) {
            return "application/json";
        }
        return ProtobufReader.TYPE + (stream ? ";stream=watch" : "") + ", application/json";
    }

    @Override
    public void close() {
        closed = true;
        connection.close();
    }
}
