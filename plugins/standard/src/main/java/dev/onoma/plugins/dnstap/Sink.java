package dev.onoma.plugins.dnstap;

/// Where records go. Any thread may offer one; none waits.
interface Sink extends AutoCloseable {
    /// Begins to connect, or to listen; once.
    void begin() throws Exception;

    /// Takes a record, or counts it as lost.
    void offer(byte[] frame);

    /// Sends what waits, as long as the other side takes it, for a second at most.
    @Override
    void close();
}
