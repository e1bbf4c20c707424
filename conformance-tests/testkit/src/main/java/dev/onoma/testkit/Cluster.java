package dev.onoma.testkit;

import java.io.IOException;

/// The Kubernetes objects of a scenario.
public final class Cluster implements AutoCloseable {

    /// The Corefile with an `endpoint` in each `kubernetes` that has none.
    String withEndpoint(String corefile) throws IOException {
        return corefile;
    }

    @Override
    public void close() {}
}
