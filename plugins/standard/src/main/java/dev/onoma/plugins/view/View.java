package dev.onoma.plugins.view;

import dev.onoma.api.Directive;
import dev.onoma.api.Handler;
import dev.onoma.api.Plugin;
import dev.onoma.api.Query;
import dev.onoma.api.ServerBlock;
import dev.onoma.api.ViewFilter;
import dev.onoma.api.expression.Expression;
import dev.onoma.api.expression.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// Says which queries a server block is for.
public final class View implements Plugin {
    @Override
    public String name() {
        return "view";
    }

    @Override
    public Handler setup(List<Directive> occurrences, ServerBlock block) {
        return setup(Directive.once(occurrences), block);
    }

    /// Reads `view NAME { expr EXPRESSION... }`.
    @Override
    public Handler setup(Directive view, ServerBlock block) {
        var arguments = view.arguments("NAME");
        var name = arguments.text("NAME");
        arguments.expectEnd();
        var expressions = new ArrayList<Expression>();
        for (var property : view.properties()) {
            if (!property.name().equals("expr")) {
                throw property.unknown("expr");
            }
            property.arguments("EXPRESSION...").restNotEmpty("EXPRESSION");
            expressions.add(Expression.compile(property, 1, new Scope(block.time())));
        }
        block.setting(ViewFilter.class, new ViewFilter(name, all(expressions)));
        block.metadataSource(query -> query.metadata("view/name", () -> name));
        return Handler.PASS;
    }

    private static Predicate<Query> all(List<Expression> expressions) {
        if (expressions.size() == 1) {
            return expressions.getFirst()::isTrue;
        }
        var each = expressions.toArray(Expression[]::new);
        return query -> {
            for (var expression : each) {
                if (!expression.isTrue(query)) {
                    return false;
                }
            }
            return true;
        };
    }
}
