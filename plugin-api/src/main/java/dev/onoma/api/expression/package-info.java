/// The expressions of `view` and `template`: a small language that is compiled when a Corefile is
/// read and evaluated for each query. Its syntax is that of expr-lang, which CoreDNS uses.
///
/// Start at [Expression]. A [Scope] says which names there are; [Parser] makes a tree of [Node]s of
/// a text and finds what cannot be meant: unknown names, wrong numbers of arguments, operands of
/// the wrong kind. What it cannot know beforehand ends the evaluation with a [ValueException].
@NullMarked
package dev.onoma.api.expression;

import org.jspecify.annotations.NullMarked;
