package dev.onoma.plugins.ready;

import dev.onoma.api.HttpPage;
import dev.onoma.api.Log;
import dev.onoma.api.ServerControl;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/// Who is waited for. Any thread.
///
/// Every plugin of every block that registered is asked, two of one name both. Unless continuously
/// watched, a plugin is not asked again once it was ready. When the process is about to end the
/// answer is 503 from the first moment on: that is how a Service learns to send its queries
/// elsewhere while they are still answered here.
///
/// The first line of the answer is what CoreDNS says, the names alone; whoever knows more about
/// what it waits for gets a further line, `NAME: REASON`.
final class Waiting {
    private final ServerControl control;
    private final boolean continuously;
    private final Log log;
    private final Set<ServerControl.Readiness> done = ConcurrentHashMap.newKeySet();

    Waiting(ServerControl control, boolean continuously, Log log) {
        this.control = control;
        this.continuously = continuously;
        this.log = log;
    }

    HttpPage.Answer answer() {
        if (control.isShuttingDown()) {
            return HttpPage.Answer.text(503, "Shutting down");
        }
        var missing = new TreeSet<String>();
        var reasons = new TreeSet<String>();
        for (var readiness : control.readiness()) {
            if (!isReady(readiness)) {
                missing.add(readiness.plugin());
                var reason = readiness.reason().get();
                if (!reason.isEmpty()) {
                    reasons.add(readiness.plugin() + ": " + reason);
                }
            }
        }
        if (missing.isEmpty()) {
            return HttpPage.Answer.text(200, "OK");
        }
        var names = String.join(",", missing);
        var why = reasons.isEmpty() ? "" : " (" + String.join("; ", reasons) + ")";
        log.info("Plugins not ready: \"" + names + "\"" + why);
        var lines = reasons.isEmpty() ? names : names + "\n" + String.join("\n", reasons);
        return HttpPage.Answer.text(503, lines);
    }

    private boolean isReady(ServerControl.Readiness readiness) {
        if (!continuously && done.contains(readiness)) {
            return true;
        }
        boolean ready = readiness.isReady().getAsBoolean();
        if (ready && !continuously) {
            done.add(readiness);
        }
        return ready;
    }
}
