package dev.onoma.plugins.geoip;

import dev.onoma.api.Directive;
import dev.onoma.api.Handler;
import dev.onoma.api.Plugin;
import dev.onoma.api.ServerBlock;
import dev.onoma.api.Time;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Says where clients are: metadata for *log*, *view*, *template* and others.
public final class Geoip implements Plugin {
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(30);

    @Override
    public String name() {
        return "geoip";
    }

    /// Reads `geoip DBFILE { edns-subnet }`. May stand more than once, for several databases.
    @Override
    public Handler setup(Directive directive, ServerBlock block) {
        var arguments = directive.arguments("DBFILE");
        var name = arguments.text("DBFILE");
        arguments.expectEnd();
        boolean fromSubnet = false;
        for (var property : directive.properties()) {
            if (!property.name().equals("edns-subnet")) {
                throw property.unknown("edns-subnet");
            }
            property.expectNothingElse();
            fromSubnet = true;
        }
        Database database;
        try {
            database = Database.open(Path.of(name).toAbsolutePath(), block.log("geoip"));
        } catch (IOException e) {
            throw arguments.wrong(String.valueOf(e.getMessage()));
        }
        if (!block.loads("metadata")) {
            directive.warn("without metadata in this server block, nobody gets to know");
        }
        follow(database, block);
        block.metadataSource(new Labels(database, fromSubnet));
        return Handler.PASS;
    }

    private static void follow(Database database, ServerBlock block) {
        var task = new AtomicReference<Time.@Nullable Task>();
        block.onStart(() -> task.set(block.time().every(LOOK_AGAIN, database::lookAgain)));
        block.onStop(() -> {
            var running = task.get();
            if (running != null) {
                running.cancel();
            }
        });
    }
}
