package dev.onoma.api;

import java.io.IOException;
import org.xbill.DNS.DNSInput;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;

/// Domain names of dnsjava, made without checked exceptions.
public final class Names {
    private Names() {}

    /// A name in presentation form, qualified if it is not.
    ///
    /// @throws IllegalArgumentException if it is no name
    public static Name of(String text) {
        try {
            return Name.fromString(text, Name.root);
        } catch (TextParseException e) {
            throw new IllegalArgumentException("not a domain name: " + text, e);
        }
    }

    /// A valid name in wire form; compression pointers count from the begin of the array.
    ///
    /// @throws IllegalArgumentException if it is no name
    public static Name ofWire(byte[] wire, int offset) {
        try {
            var input = new DNSInput(wire);
            input.jump(offset);
            return new Name(input);
        } catch (IOException e) {
            throw new IllegalArgumentException("not a domain name at octet " + offset, e);
        }
    }
}
