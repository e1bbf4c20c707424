package dev.onoma.comparison;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/// Clients that fill a server with connections of each kind, from many addresses, each of which
/// asks before its time is over. They do nothing wrong.
final class Crowd implements Deed {
    private static final int PAUSE_MILLIS = 500;

    /// How many there are at a door. In a container of 170 MiB all of them are four fifths of what
    /// the server lets in.
    private static final Map<String, Integer> MOST =
            Map.of(
                    "dns", 800, "tls", 400, "https", 100, "grpc", 100, "quic", 60, "https3", 60,
                    "proxy", 300);

    @Override
    public void strike(Victim victim, long untilNanos) throws InterruptedException {
        var members = new HashMap<String, ArrayDeque<Conversation>>();
        int number = 0;
        while (Deed.isTime(untilNanos)) {
            for (var door : MOST.entrySet()) {
                var here = members.computeIfAbsent(door.getKey(), _ -> new ArrayDeque<>());
                here.removeIf(member -> !isServed(member));
                while (here.size() < door.getValue() && Deed.isTime(untilNanos)) {
                    try {
                        var member =
                                Conversation.open(victim, door.getKey(), Victim.attacker(number++));
                        here.add(member);
                        member.ask();
                    } catch (IOException _) {
                        break; // full: later again
                    }
                }
            }
            Thread.sleep(PAUSE_MILLIS);
        }
        members.values().stream().flatMap(ArrayDeque::stream).forEach(Crowd::end);
    }

    private static boolean isServed(Conversation member) {
        try {
            member.ask();
            return true;
        } catch (IOException _) {
            end(member);
            return false;
        }
    }

    private static void end(Conversation member) {
        try {
            member.close();
        } catch (IOException _) {
            // It was gone before.
        }
    }
}
