package dev.onoma.plugins.admin;

import dev.onoma.api.Addresses;
import dev.onoma.api.AdminPages;
import dev.onoma.api.HttpPage;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// Says who may ask, and passes their requests on to the pages.
///
/// A browser on this machine is the way for a web site of somebody else to get here: by a name that
/// it lets point to 127.0.0.1, and by a form that it sends here. So a request must name this
/// machine, and what changes something must not come from a page of another origin.
final class AdminGuard implements HttpPage {
    private final AdminPages pages;
    private final boolean remote;
    private final AdminMetrics metrics;

    AdminGuard(AdminPages pages, boolean remote, AdminMetrics metrics) {
        this.pages = pages;
        this.remote = remote;
        this.metrics = metrics;
    }

    @Override
    public Answer get(Request request) throws IOException {
        metrics.requests().inc();
        var refusal = refusal(request);
        if (!refusal.isEmpty()) {
            metrics.refused().inc();
            return Answer.text(403, refusal + "\n");
        }
        boolean read = request.method().equals("GET") || request.method().equals("HEAD");
        if (!read && !request.isChange()) {
            return Answer.text(405, "GET shows, POST and DELETE change\n");
        }
        if (request.path().equals("/")) {
            return Answer.text(200, index());
        }
        var answer = pages.answer(request);
        return answer == null
                ? Answer.text(404, "there is no page " + request.path() + "; GET / lists them\n")
                : answer;
    }

    private String refusal(Request request) {
        var host = request.header("host");
        if (!remote && !host.isEmpty() && !isHere(host)) {
            return "\"" + host + "\" is no name of this machine; ask localhost or an address";
        }
        var origin = request.header("origin");
        boolean foreign = !origin.isEmpty() && !origin.equals("http://" + host);
        var site = request.header("sec-fetch-site");
        foreign |= site.equals("cross-site") || site.equals("same-site");
        return foreign ? "a page of another site may not ask" : "";
    }

    private static boolean isHere(String host) {
        var name = host.replaceFirst(":[0-9]*$", "").toLowerCase(Locale.ROOT);
        var bare =
                name.startsWith("[") && name.endsWith("]")
                        ? name.substring(1, name.length() - 1)
                        : name;
        return bare.equals("localhost") || Addresses.parse(bare).isPresent();
    }

    private String index() {
        return pages.listed().stream()
                .map(AdminGuard::line)
                .collect(Collectors.joining("", "pages:\n", ""));
    }

    private static String line(Map.Entry<String, String> page) {
        return "%-20s %s%n".formatted(page.getKey(), page.getValue());
    }
}
