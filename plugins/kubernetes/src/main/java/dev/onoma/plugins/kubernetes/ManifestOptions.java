package dev.onoma.plugins.kubernetes;

/// How manifests become a cluster.
///
/// @param serviceRange where services without a cluster IP get one
/// @param serviceRangeV6 the same for IPv6
/// @param podRange where pods without an address get one
/// @param podRangeV6 the same for IPv6
/// @param labels which services, endpoint slices and pods count
/// @param namespaceLabels which namespaces count
/// @param pods whether pods are kept, for `pods verified`
record ManifestOptions(
        AddressRange serviceRange,
        AddressRange serviceRangeV6,
        AddressRange podRange,
        AddressRange podRangeV6,
        LabelSelector labels,
        LabelSelector namespaceLabels,
        boolean pods) {

    /// The ranges of kubeadm and of dual-stack kind, everything selected, no pods kept.
    static ManifestOptions defaults() {
        return new ManifestOptions(
                range("10.96.0.0/12"),
                range("fd00:10:96::/112"),
                range("10.244.0.0/16"),
                range("fd00:10:244::/56"),
                LabelSelector.EVERYTHING,
                LabelSelector.EVERYTHING,
                false);
    }

    private static AddressRange range(String text) {
        return AddressRange.parse(text).orElseThrow();
    }

    ManifestOptions withPods() {
        return new ManifestOptions(
                serviceRange, serviceRangeV6, podRange, podRangeV6, labels, namespaceLabels, true);
    }

    ManifestOptions selecting(LabelSelector labels, LabelSelector namespaceLabels) {
        return new ManifestOptions(
                serviceRange, serviceRangeV6, podRange, podRangeV6, labels, namespaceLabels, pods);
    }
}
