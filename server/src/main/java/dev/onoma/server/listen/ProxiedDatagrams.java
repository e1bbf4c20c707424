package dev.onoma.server.listen;

import dev.onoma.api.ProxyProtocol;
import dev.onoma.api.ProxyProtocol.Policy;
import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Takes PROXY headers (version 2) off datagrams, and remembers of peers that send only one which
/// client that was. Belongs to one socket and its event loop; the kernel gives all datagrams of a
/// peer to the same one.
final class ProxiedDatagrams {
    private final ProxyDrops drops;
    // By last use, oldest first.
    private final LinkedHashMap<InetSocketAddress, Session> sessions =
            new LinkedHashMap<>(16, 0.75f, true);

    private record Session(Ends ends, long endNanos) {}

    ProxiedDatagrams(ProxyDrops drops) {
        this.drops = drops;
    }

    /// Who sent a datagram; its content begins behind the header from then on.
    ///
    /// @param peer from whom it came
    /// @param local where it was received
    /// @return null if it is not to be answered
    @Nullable Ends ends(
            ProxyProtocol proxy,
            ByteBuf content,
            InetSocketAddress peer,
            InetSocketAddress local,
            long nowNanos) {
        var policy = proxy.policy(peer.getAddress());
        var itself = new Ends(peer, local);
        if (policy == Policy.SKIP) {
            return itself;
        }
        return switch (ProxyHeader.read(content, proxy.headerOctetsMax())) {
            case ProxyHeader.Absent _ ->
                    policy == Policy.USE ? remembered(proxy, itself, nowNanos) : itself;
            case ProxyHeader.Partial _ -> drop(peer, "it ends within its header");
            case ProxyHeader.Broken(var reason) -> drop(peer, reason);
            case ProxyHeader.Found found when found.isText() ->
                    drop(peer, "version 1 is for connections");
            case ProxyHeader.Found found when !found.isDatagram() ->
                    drop(peer, "its header is that of a connection");
            case ProxyHeader.Found _ when policy == Policy.REJECT ->
                    drop(peer, "headers of this peer are rejected");
            case ProxyHeader.Found found -> {
                content.skipBytes(found.octets());
                boolean said = policy == Policy.USE && found.ends() != null;
                var ends = said ? found.ends() : itself;
                if (said) {
                    remember(proxy, peer, ends, nowNanos);
                }
                yield content.isReadable() ? ends : null;
            }
        };
    }

    private @Nullable Ends drop(InetSocketAddress peer, String reason) {
        drops.dropped("packet", peer, reason);
        return null;
    }

    private Ends remembered(ProxyProtocol proxy, Ends itself, long nowNanos) {
        Session session = sessions.get(itself.client());
        if (session == null) {
            return itself;
        }
        if (nowNanos - session.endNanos() >= 0 || proxy.sessionLife().isZero()) {
            sessions.remove(itself.client());
            drops.remembered(-1);
            return itself;
        }
        remember(proxy, itself.client(), session.ends(), nowNanos);
        return session.ends();
    }

    private void remember(
            ProxyProtocol proxy, InetSocketAddress peer, @Nullable Ends ends, long nowNanos) {
        if (ends == null || proxy.sessionLife().isZero()) {
            return;
        }
        var session = new Session(ends, nowNanos + proxy.sessionLife().toNanos());
        if (sessions.put(peer, session) == null) {
            drops.remembered(1);
        }
        while (sessions.size() > proxy.sessionsMax()) {
            Map.Entry<InetSocketAddress, Session> oldest = sessions.firstEntry();
            sessions.remove(oldest.getKey());
            drops.remembered(-1);
            drops.forgotten();
        }
    }

    /// How many peers are remembered.
    int size() {
        return sessions.size();
    }
}
