/// Why a query gets its answer. [Explainer] asks one through a chain with a [Tracer], which makes a
/// [PluginVisit] of every plugin; ordinary queries never come here. [ExplainCommand] is `onoma
/// explain`.
@NullMarked
package dev.onoma.server.explain;

import org.jspecify.annotations.NullMarked;
