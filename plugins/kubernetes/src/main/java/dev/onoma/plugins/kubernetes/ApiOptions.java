package dev.onoma.plugins.kubernetes;

import org.jspecify.annotations.Nullable;

/// How a cluster is read from an API server.
///
/// @param identity all of this in words, to know whether a reload changes it
/// @param access made when it is needed
/// @param labels which services, endpoint slices and pods count, as the server takes it
/// @param namespaceLabels which namespaces count
/// @param endpoints whether endpoint slices are read
/// @param pods whether pods are read
/// @param imports whether services of other clusters are read
/// @param queriesPerSecond how many requests are sent in the long run; 0 for any number
/// @param burst how many at once
/// @param inFlightMax how many lists at the same time; 0 for any number
/// @param snapshot where the last known state is kept; null for nowhere
record ApiOptions(
        String identity,
        ApiAccesses access,
        String labels,
        String namespaceLabels,
        boolean endpoints,
        boolean pods,
        boolean imports,
        double queriesPerSecond,
        int burst,
        int inFlightMax,
        @Nullable SnapshotOptions snapshot) {}
