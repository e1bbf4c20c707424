package dev.onoma.plugins.rewrite;

import dev.onoma.api.NameKey;
import dev.onoma.api.Query;
import java.util.Locale;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Type;

/// `type FROM TO` and `class FROM TO`.
///
/// @param isType whether it is the type that is changed
record QuestionRule(boolean isType, int from, int to, boolean stops) implements Rule {
    static Rule type(RuleWords words, boolean stops) {
        expectTwo(words, "type");
        return new QuestionRule(true, type(words), type(words), stops);
    }

    static Rule dclass(RuleWords words, boolean stops) {
        expectTwo(words, "class");
        return new QuestionRule(false, dclass(words), dclass(words), stops);
    }

    private static void expectTwo(RuleWords words, String what) {
        if (words.remaining() != 2) {
            throw words.wrong(what + " rules must have exactly two arguments: FROM TO");
        }
    }

    private static int type(RuleWords words) {
        var text = words.next("FROM or TO").toUpperCase(Locale.ROOT);
        int type = Type.value(text, true);
        if (type <= 0) {
            throw words.wrong("invalid type \"%s\", expected one such as AAAA".formatted(text));
        }
        return type;
    }

    private static int dclass(RuleWords words) {
        var text = words.next("FROM or TO").toUpperCase(Locale.ROOT);
        int dclass = DClass.value(text);
        if (dclass <= 0) {
            throw words.wrong("invalid class \"%s\", expected one such as IN".formatted(text));
        }
        return dclass;
    }

    @Override
    public boolean fits(Query query, NameKey name, int type, int dclass) {
        return (isType ? type : dclass) == from;
    }

    @Override
    public boolean apply(Rewriting rewriting) {
        if (isType) {
            rewriting.type(to);
        } else {
            rewriting.dclass(to);
        }
        return true;
    }
}
