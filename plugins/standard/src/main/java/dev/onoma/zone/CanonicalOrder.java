package dev.onoma.zone;

/// The canonical order of names (RFC 4034, section 6.1): label by label from the right, each as
/// octets, a name before those below it.
final class CanonicalOrder {
    private CanonicalOrder() {}

    /// Compares two names in lower case, in wire form without compression.
    static int compare(byte[] a, int aAt, byte[] b, int bAt) {
        int aLabels = labels(a, aAt);
        int bLabels = labels(b, bAt);
        int common = Math.min(aLabels, bLabels);
        // The last label that differs decides; the one nearest to the root is the strongest.
        int atA = skip(a, aAt, aLabels - common);
        int atB = skip(b, bAt, bLabels - common);
        int result = aLabels - bLabels;
        for (int i = 0; i < common; i++) {
            int order = label(a, atA, b, atB);
            result = order != 0 ? order : result;
            atA += a[atA] + 1;
            atB += b[atB] + 1;
        }
        return result;
    }

    private static int label(byte[] a, int aAt, byte[] b, int bAt) {
        int aSize = a[aAt];
        int bSize = b[bAt];
        int common = Math.min(aSize, bSize);
        for (int i = 1; i <= common; i++) {
            int order = (a[aAt + i] & 0xff) - (b[bAt + i] & 0xff);
            if (order != 0) {
                return order;
            }
        }
        return aSize - bSize;
    }

    private static int labels(byte[] name, int at) {
        int labels = 0;
        for (int i = at; name[i] != 0; i += name[i] + 1) {
            labels++;
        }
        return labels;
    }

    private static int skip(byte[] name, int at, int labels) {
        int place = at;
        for (int i = 0; i < labels; i++) {
            place += name[place] + 1;
        }
        return place;
    }

    private static int compare(ZoneData zone, int a, int b) {
        return compare(
                zone.arena.page(a),
                Arena.at(a) + Node.NAME,
                zone.arena.page(b),
                Arena.at(b) + Node.NAME);
    }

    /// The blocks in the order of their names. Merges runs: a zone that stands in order already, as
    /// signers write it, is found to be so in one pass.
    static int[] sorted(ZoneData zone, int[] blocks) {
        var from = blocks.clone();
        var to = new int[from.length];
        while (true) {
            int runs = 0;
            for (int begin = 0; begin < from.length; runs++) {
                int middle = run(zone, from, begin);
                int end = middle < from.length ? run(zone, from, middle) : middle;
                merge(zone, from, begin, middle, end, to);
                begin = end;
            }
            if (runs <= 1) {
                return to;
            }
            var kept = from;
            from = to;
            to = kept;
        }
    }

    private static int run(ZoneData zone, int[] blocks, int begin) {
        int end = begin + 1;
        while (end < blocks.length && compare(zone, blocks[end - 1], blocks[end]) <= 0) {
            end++;
        }
        return end;
    }

    private static void merge(ZoneData zone, int[] from, int begin, int middle, int end, int[] to) {
        int left = begin;
        int right = middle;
        for (int i = begin; i < end; i++) {
            boolean takeLeft =
                    right >= end || left < middle && compare(zone, from[left], from[right]) <= 0;
            to[i] = takeLeft ? from[left++] : from[right++];
        }
    }
}
