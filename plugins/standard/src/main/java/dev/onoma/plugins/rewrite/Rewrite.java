package dev.onoma.plugins.rewrite;

import dev.onoma.api.Directive;
import dev.onoma.api.Handler;
import dev.onoma.api.Log;
import dev.onoma.api.Plugin;
import dev.onoma.api.ServerBlock;
import java.util.ArrayList;
import java.util.List;

/// Changes questions on their way in and answers on their way out.
public final class Rewrite implements Plugin {
    @Override
    public String name() {
        return "rewrite";
    }

    /// All directives are one handler: rules run in the order of the Corefile.
    @Override
    public Handler setup(List<Directive> occurrences, ServerBlock block) {
        var log = block.log("rewrite").queued();
        var rules = new ArrayList<Rule>();
        var texts = new ArrayList<String>();
        for (var rewrite : occurrences) {
            rules.add(read(RuleWords.of(rewrite), log));
            texts.add(rewrite.text());
        }
        return new RewriteHandler(rules, texts);
    }

    @Override
    public Handler setup(Directive directive, ServerBlock block) {
        return setup(List.of(directive), block);
    }

    /// Reads `[continue|stop] FIELD ...`.
    private static Rule read(RuleWords words, Log log) {
        if (!words.hasNext()) {
            throw words.wrong("no rule type specified for rewrite");
        }
        var field = words.lower("FIELD");
        boolean stops = !field.equals("continue");
        if (field.equals("continue") || field.equals("stop")) {
            if (!words.hasNext()) {
                throw words.wrong(field + " rule must begin with a rule type");
            }
            field = words.lower("FIELD");
        }
        return switch (field) {
            case "name" -> NameRules.read(words, stops);
            case "type" -> QuestionRule.type(words, stops);
            case "class" -> QuestionRule.dclass(words, stops);
            case "ttl" -> AnswerRules.ttl(words, stops);
            case "rcode" -> AnswerRules.rcode(words, stops);
            case "cname" -> CnameRule.read(words, log);
            case "edns0" -> EdnsRules.read(words, stops);
            case "answer" -> throw words.wrong("response rewrites must begin with a name rule");
            default ->
                    throw words.wrong(
                            "FIELD is one of name, type, class, ttl, rcode, cname, edns0, not \""
                                    + field
                                    + "\"");
        };
    }
}
