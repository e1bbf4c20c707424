package dev.onoma.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A capability of the server that a Corefile switches on by its name.
///
/// The server finds plugins with [java.util.ServiceLoader], on its own class path and in the jars
/// of its plugin directory. One instance serves the whole process and keeps no state: what a server
/// block needs lives in the [Handler] that [#setup] returns, and ends with it.
///
/// Where a plugin stands in the chain is fixed and does not depend on the Corefile. Plugins that
/// come with the server have their line in `plugin.cfg`; others say where they belong with
/// [#before] or [#after].
public interface Plugin {
    /// The word that names this plugin in a Corefile: lower case, `[a-z0-9_]+`.
    String name();

    /// Reads one occurrence of the directive and makes its handler. Nothing is opened here (no
    /// socket, no file that may block, no thread): a configuration is also read by `-validate` and
    /// by reloads that fail. What must be opened is registered with [ServerBlock#onStart].
    ///
    /// @return the handler, or [Handler#PASS] for a plugin that only sets something
    /// @throws CorefileException that points at the wrong word and offers a right one
    Handler setup(Directive directive, ServerBlock block);

    /// Reads every occurrence of the directive in one server block, in the order of the file. As
    /// long as a plugin does not override it, each occurrence is a handler of its own and they are
    /// asked one after the other. [Directive#once] is for those that may stand only once.
    ///
    /// @param occurrences at least one
    default Handler setup(List<Directive> occurrences, ServerBlock block) {
        var handlers = new ArrayList<Handler>(occurrences.size());
        for (var occurrence : occurrences) {
            var handler = setup(occurrence, block);
            if (handler != Handler.PASS) {
                handlers.add(handler);
            }
        }
        return Handler.inOrder(handlers);
    }

    /// Registers the metrics that are exported from the start of the process on, whether or not a
    /// Corefile has this plugin: those without labels.
    default void metrics(Metrics metrics) {}

    /// The plugin that this one must stand directly in front of. Only for plugins that are not in
    /// `plugin.cfg`.
    default Optional<String> before() {
        return Optional.empty();
    }

    /// The plugin that this one must stand directly behind. Only for plugins that are not in
    /// `plugin.cfg`; [#before] wins when both are given.
    default Optional<String> after() {
        return Optional.empty();
    }
}
