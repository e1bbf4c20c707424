package dev.onoma.server;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;

/// A sub-command: something an operator asks of `onoma` that is not serving, and for which CoreDNS
/// has no flag. [Commands] lists them all.
///
/// It has the process for itself. Its words are read with [Flags], like those of the server.
public interface Command {
    /// The word it is called by: the first behind `onoma`.
    String name();

    /// What it does, in a few words, for `onoma -help`.
    String summary();

    /// Runs it.
    ///
    /// @param words behind the name
    /// @param out for what was asked for
    /// @param err for what went wrong
    /// @return the exit code: 0 if all is well, 1 if something is wrong, 2 if the words are
    /// @throws Flags.Stop if the words make no sense, or ask for help
    /// @throws IOException whose message is for the operator
    int run(List<String> words, PrintStream out, PrintStream err) throws Flags.Stop, IOException;
}
