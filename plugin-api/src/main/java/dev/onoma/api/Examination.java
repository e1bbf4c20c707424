package dev.onoma.api;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;

/// Looks at the data behind the names of one directive, beside the server that runs. For one
/// thread, which waits, though not forever.
public interface Examination extends AutoCloseable {
    /// Where clients reach the server, as the data says.
    ///
    /// @param title for messages: `Service kube-system/kube-dns`
    /// @param backends where the address leads to
    record Place(String title, InetSocketAddress address, List<InetSocketAddress> backends) {}

    /// What should be answered to a question.
    ///
    /// @param rcode the response code
    /// @param answer in any order; TTLs do not matter
    /// @param alias where the name leads to, if somebody else knows the addresses; `answer` is
    ///   empty then
    record Expected(Name name, int type, int rcode, List<Record> answer, @Nullable Name alias) {}

    /// The zones that the directive is for.
    List<Name> zones();

    /// The whole name of what an operator calls `text`, if it can be in these zones.
    ///
    /// @param search what clients put behind short names
    Optional<Name> name(String text, List<Name> search);

    /// Where clients reach the server; empty if the data does not say.
    List<Place> servers();

    /// Checks that the data can be read, with the rights that the server has.
    ///
    /// @return whether it can, so that [#subject] has something to go by
    boolean source(Checkup checkup);

    /// Checks what is behind a name.
    ///
    /// @param name in the zones
    /// @return what should be answered; empty if that cannot be known
    List<Expected> subject(Name name, Checkup checkup);

    /// A name in the zones that does not exist and that nobody else is asked for; empty if there is
    /// none. A server that has not read its data cannot say so about it.
    Optional<Name> absent();

    /// The last lines of the logs of the servers, if the data has them.
    List<String> log();

    @Override
    void close();
}
