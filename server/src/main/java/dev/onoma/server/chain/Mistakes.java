package dev.onoma.server.chain;

import dev.onoma.api.Failure;
import dev.onoma.api.Outcome;
import dev.onoma.api.Query;

/// What happens when a plugin throws: counted, logged, and the client gets SERVFAIL.
public interface Mistakes {
    /// Makes an outcome of an exception. Any thread.
    Outcome failed(Query query, Throwable mistake);

    /// Only makes the outcome; for tests.
    Mistakes SILENT = (_, mistake) -> Outcome.failed(new Failure.Mistake(mistake));
}
