/// The `template` plugin: answers made up from the question. Start at [TemplatePlugin];
/// [RuleReader] reads a directive, [TemplateHandler] answers, [GoTemplate] is the template
/// language.
///
/// The manual for operators is `README.md` beside this file; its examples run as tests.
@NullMarked
package dev.onoma.plugins.template;

import org.jspecify.annotations.NullMarked;
