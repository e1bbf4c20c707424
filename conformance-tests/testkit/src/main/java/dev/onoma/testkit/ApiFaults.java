package dev.onoma.testkit;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// What may go wrong at an [ApiServer].
public final class ApiFaults {
    private final Map<String, ConcurrentLinkedQueue<Refusal>> refusals = new ConcurrentHashMap<>();
    private volatile boolean streamingListsRefused;
    private volatile boolean streamingListsFailing;
    private volatile boolean bookmarksWithheld;
    private volatile boolean protobufRefused;
    private volatile @Nullable CountDownLatch stall;
    private volatile String authorization = "";
    private volatile String client = "";
    private volatile int breaksAfter;
    private final AtomicInteger breaks = new AtomicInteger();
    private volatile int cutsAfter;
    private final AtomicInteger cuts = new AtomicInteger();
    private final AtomicInteger expired = new AtomicInteger();
    private volatile int pageMax = Integer.MAX_VALUE;

    record Refusal(int status, Duration retryAfter) {}

    ApiFaults() {}

    /// Refuses the next requests for a resource (`services`).
    ///
    /// @param retryAfter in the header, unless it is zero
    public void refuse(String resource, int status, Duration retryAfter, int times) {
        var queue = refusals.computeIfAbsent(resource, _ -> new ConcurrentLinkedQueue<>());
        for (int i = 0; i < times; i++) {
            queue.add(new Refusal(status, retryAfter));
        }
    }

    @Nullable Refusal refusal(String resource) {
        var queue = refusals.get(resource);
        return queue == null ? null : queue.poll();
    }

    /// Knows no streaming lists (422), as servers before 1.32.
    public void refuseStreamingLists(boolean refused) {
        streamingListsRefused = refused;
    }

    boolean streamingListsRefused() {
        return streamingListsRefused;
    }

    /// Begins streaming lists and ends them with an error (500), as with an old etcd.
    public void failStreamingLists(boolean failing) {
        streamingListsFailing = failing;
    }

    boolean streamingListsFailing() {
        return streamingListsFailing;
    }

    /// Never says where a streaming list ends.
    public void withholdBookmarks(boolean withheld) {
        bookmarksWithheld = withheld;
    }

    boolean bookmarksWithheld() {
        return bookmarksWithheld;
    }

    /// Answers in JSON whatever is asked for.
    public void refuseProtobuf(boolean refused) {
        protobufRefused = refused;
    }

    boolean protobufRefused() {
        return protobufRefused;
    }

    /// Refuses everybody without this token (401); empty for nobody.
    public void demandToken(String demanded) {
        authorization = demanded.isEmpty() ? "" : "Bearer " + demanded;
    }

    /// Refuses everybody without this user and password (401).
    public void demandPassword(String user, String password) {
        var pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        authorization = "Basic " + Base64.getEncoder().encodeToString(pair);
    }

    /// Refuses everybody whose certificate is not for this name (401); empty for nobody.
    public void demandClient(String demanded) {
        client = demanded;
    }

    /// @param name of the client's certificate; empty if it showed none
    boolean isRefused(String shown, String name) {
        return !authorization.isEmpty() && !shown.equals(authorization)
                || !client.isEmpty() && !name.equals("CN=" + client);
    }

    /// Resets connections after so many objects of their next list, as often as that.
    ///
    /// @param times 0 for never again
    public void breakLists(int afterObjects, int times) {
        breaksAfter = afterObjects;
        breaks.set(times);
    }

    /// Whether a list breaks at this object.
    boolean breaksAt(int object) {
        return object == breaksAfter && breaks.getAndUpdate(left -> left == 0 ? 0 : left - 1) > 0;
    }

    /// Ends the body of lists in pages as if it were whole after so many objects, as often as that.
    public void truncateLists(int afterObjects, int times) {
        cutsAfter = afterObjects;
        cuts.set(times);
    }

    /// How many of these objects a list has to end with, -1 for all.
    int cut(int objects) {
        return objects > cutsAfter && cuts.getAndUpdate(left -> left == 0 ? 0 : left - 1) > 0
                ? cutsAfter
                : -1;
    }

    /// Knows the next pages no more (410), for so many requests.
    public void expirePages(int times) {
        expired.set(times);
    }

    boolean isPageExpired() {
        return expired.getAndUpdate(left -> left == 0 ? 0 : left - 1) > 0;
    }

    /// Gives no more objects than that in a page, whatever is asked for.
    public void pageMax(int objects) {
        pageMax = objects;
    }

    int pageMax() {
        return pageMax;
    }

    /// Takes connections and requests, and sends nothing any more.
    public synchronized void stall() {
        if (stall == null) {
            stall = new CountDownLatch(1);
        }
    }

    /// Ends a stall.
    public synchronized void goOn() {
        var held = stall;
        stall = null;
        if (held != null) {
            held.countDown();
        }
    }

    void awaitGo() throws InterruptedException {
        var held = stall;
        if (held != null) {
            held.await();
        }
    }
}
