package dev.onoma.zone;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/// Records of a block, as objects: for who signs or checks a zone.
final class NodeRecords {
    private NodeRecords() {}

    /// Those of a set.
    static List<Record> of(Name owner, byte[] page, int set) {
        var records = new ArrayList<Record>();
        int type = Node.isSignature(page, set) ? Type.RRSIG : Node.setType(page, set);
        int record = set + Node.SET;
        for (int i = Node.recordCount(page, set); i > 0; i--) {
            int length = Arena.u16(page, record);
            var data = Arrays.copyOfRange(page, record + 2, record + 2 + length);
            records.add(Record.newRecord(owner, type, DClass.IN, Node.setTtl(page, set), data));
            record += 2 + length;
        }
        return records;
    }

    /// Those of a name, signatures among them.
    static List<Record> all(ZoneData zone, int node) {
        var page = zone.arena.page(node);
        int at = Arena.at(node);
        var owner = ZoneBuilder.name(page, at);
        var records = new ArrayList<Record>();
        int set = Node.firstSet(page, at);
        for (int i = Node.setCount(page, at); i > 0; i--) {
            records.addAll(of(owner, page, set));
            set = Node.nextSet(page, set);
        }
        return records;
    }
}
