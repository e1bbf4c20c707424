package dev.onoma.plugins.rewrite;

import dev.onoma.api.Response;

/// What is to be done with an answer on its way back.
sealed interface ResponseRule permits ResponseRule.Change, CnameRule.Target {
    /// A change that needs nothing but the answer.
    non-sealed interface Change extends ResponseRule {
        void apply(Response response);
    }
}
