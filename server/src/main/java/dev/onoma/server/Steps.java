package dev.onoma.server;

import dev.onoma.api.Handler;
import dev.onoma.api.ServerBlock.Step;
import dev.onoma.api.ServerControl.Readiness;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// What the plugins of a configuration want done in its life, in the order of setup.
record Steps(
        List<Step> start,
        List<Step> serving,
        List<Step> shutdown,
        List<Step> stop,
        List<Step> validate,
        List<Readiness> readiness,
        Set<Handler> everywhere) {
    Steps() {
        this(
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new LinkedHashSet<>());
    }
}
