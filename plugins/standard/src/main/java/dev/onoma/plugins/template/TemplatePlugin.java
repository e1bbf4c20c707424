package dev.onoma.plugins.template;

import dev.onoma.api.Directive;
import dev.onoma.api.Handler;
import dev.onoma.api.Plugin;
import dev.onoma.api.ServerBlock;
import java.util.List;

/// Makes answers up from the question.
public final class TemplatePlugin implements Plugin {
    @Override
    public String name() {
        return "template";
    }

    /// All occurrences are one handler: they are asked in their order.
    @Override
    public Handler setup(List<Directive> occurrences, ServerBlock block) {
        var rules = occurrences.stream().map(d -> new RuleReader(d, block).read()).toList();
        return new TemplateHandler(rules, new TemplateMetrics(block.metrics()));
    }

    @Override
    public Handler setup(Directive directive, ServerBlock block) {
        return setup(List.of(directive), block);
    }
}
