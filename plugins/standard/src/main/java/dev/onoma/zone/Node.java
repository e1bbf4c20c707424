package dev.onoma.zone;

import org.xbill.DNS.Type;

/// How a name and its records lie in an [Arena]: one block, whatever the number of records.
///
/// ```
/// flags 1 | length of the name 1 | link 4 | children 4 | name | number of sets 2 | sets
/// set: type 2 | signature 1 | TTL 4 | number of records 2 | octets of the records 4 | records
/// record: length 2 | RDATA
/// ```
///
/// The name is in lower case. Sets are sorted by type; the signatures over a set follow it, under
/// the type that they cover. While a zone is built, the link leads to an earlier block of the same
/// name; afterwards to the wildcard child. Children are the names one label below, without hashes
/// of NSEC3.
final class Node {
    /// NS records that delegate the name: glue lies below.
    static final int CUT = 1;

    /// A DNAME record: names below do not exist.
    static final int DNAME = 2;

    /// Below a cut or a DNAME.
    static final int OCCLUDED = 4;

    /// No records, but names below.
    static final int EMPTY = 8;

    /// Begins with the label `*`.
    static final int WILDCARD = 16;

    /// A hash of NSEC3: no name that can be asked for (RFC 5155, section 7.2.8).
    static final int HASH = 32;

    static final int LINK = 2;
    static final int CHILDREN = 6;
    static final int NAME = 10;
    static final int SET = 13;

    private Node() {}

    static int flags(byte[] page, int at) {
        return page[at];
    }

    static void flag(byte[] page, int at, int flags) {
        page[at] |= (byte) flags;
    }

    static int nameLength(byte[] page, int at) {
        return page[at + 1] & 0xff;
    }

    static int link(byte[] page, int at) {
        return Arena.i32(page, at + LINK);
    }

    static int children(byte[] page, int at) {
        return Arena.i32(page, at + CHILDREN);
    }

    static int sets(byte[] page, int at) {
        return at + NAME + nameLength(page, at);
    }

    /// Where the first set stands, behind their number.
    static int firstSet(byte[] page, int at) {
        return sets(page, at) + 2;
    }

    static int setCount(byte[] page, int at) {
        return Arena.u16(page, sets(page, at));
    }

    static int setType(byte[] page, int set) {
        return Arena.u16(page, set);
    }

    static boolean isSignature(byte[] page, int set) {
        return page[set + 2] != 0;
    }

    static int setTtl(byte[] page, int set) {
        return Arena.i32(page, set + 3);
    }

    static int recordCount(byte[] page, int set) {
        return Arena.u16(page, set + 7);
    }

    static int nextSet(byte[] page, int set) {
        return set + SET + Arena.i32(page, set + 9);
    }

    /// Where the last set ends.
    static int end(byte[] page, int at) {
        int set = firstSet(page, at);
        for (int i = setCount(page, at); i > 0; i--) {
            set = nextSet(page, set);
        }
        return set;
    }

    /// Where a set of this type stands, or -1.
    static int find(byte[] page, int at, int type, boolean signature) {
        int set = firstSet(page, at);
        for (int i = setCount(page, at); i > 0; i--) {
            if (setType(page, set) == type && isSignature(page, set) == signature) {
                return set;
            }
            set = nextSet(page, set);
        }
        return -1;
    }

    static boolean has(byte[] page, int at, int type) {
        return find(page, at, type, false) >= 0;
    }

    /// How many records there are.
    static int records(byte[] page, int at) {
        int set = firstSet(page, at);
        int sum = 0;
        for (int i = setCount(page, at); i > 0; i--) {
            sum += recordCount(page, set);
            set = nextSet(page, set);
        }
        return sum;
    }

    /// Whether this is a hash of NSEC3.
    static boolean isHash(byte[] page, int at) {
        int set = firstSet(page, at);
        int sets = setCount(page, at);
        for (int i = 0; i < sets; i++) {
            if (setType(page, set) != Type.NSEC3) {
                return false;
            }
            set = nextSet(page, set);
        }
        return sets > 0;
    }

    /// Whether the name begins with the label `*`.
    static boolean isWildcard(byte[] page, int at) {
        return page[at + NAME] == 1 && page[at + NAME + 1] == '*';
    }

    /// The flags that follow from the name and its own records, [#EMPTY] and [#OCCLUDED] not among
    /// them.
    static int ownFlags(byte[] page, int at, boolean isApex) {
        int flags = isHash(page, at) ? HASH : 0;
        flags |= !isApex && has(page, at, Type.NS) ? CUT : 0;
        flags |= has(page, at, Type.DNAME) ? DNAME : 0;
        flags |= !isApex && isWildcard(page, at) ? WILDCARD : 0;
        return flags;
    }

    /// Whether there is a CNAME record and what must not stand beside it (RFC 2181, section 10.1):
    /// all but DNSSEC's records about it.
    static boolean isCrowded(byte[] page, int at) {
        int alias = find(page, at, Type.CNAME, false);
        boolean others = alias >= 0 && recordCount(page, alias) > 1;
        int set = firstSet(page, at);
        for (int i = setCount(page, at); alias >= 0 && i > 0; i--) {
            int type = setType(page, set);
            others |=
                    !isSignature(page, set)
                            && type != Type.CNAME
                            && type != Type.NSEC
                            && type != Type.KEY;
            set = nextSet(page, set);
        }
        return others;
    }
}
