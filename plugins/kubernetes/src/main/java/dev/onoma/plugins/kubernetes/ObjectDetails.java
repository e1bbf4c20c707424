package dev.onoma.plugins.kubernetes;

/// Which details of objects somebody asks for; the others are not kept.
///
/// @param podNames the pods behind endpoints, for `endpoint_pod_names`
/// @param zones the topology zones of endpoints, for `zonal`
/// @param podLabels the labels of pods, for metadata
/// @param external what services are called outside of the cluster, for `k8s_external`
record ObjectDetails(boolean podNames, boolean zones, boolean podLabels, boolean external) {}
