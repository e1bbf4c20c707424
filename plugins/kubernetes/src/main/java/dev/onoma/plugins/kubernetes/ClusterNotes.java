package dev.onoma.plugins.kubernetes;

import dev.onoma.api.NameKey;
import org.xbill.DNS.Name;

/// What the cluster knows about a name, in a line for whoever has a query explained.
///
/// @param imports services of other clusters
record ClusterNotes(KubernetesOptions options, ServiceStore store, ServiceStore imports) {
    String of(NameKey name, Name zone) {
        var address =
                KubernetesDirective.isReverse(zone)
                        ? ReverseNames.address(name).orElse(null)
                        : null;
        if (address != null) {
            return "services with cluster IP %s: %d, with this endpoint: %d"
                    .formatted(
                            address,
                            store.servicesOfClusterIp(address).size(),
                            store.servicesOfEndpoint(address).size());
        }
        var forms = ClusterQuestion.Forms.of(options, zone);
        return switch (ClusterQuestion.of(name, zone.labels() - 1, forms)) {
            case ClusterQuestion.Top _ -> "a name above all namespaces";
            case ClusterQuestion.Version _ -> "the version of the specification";
            case ClusterQuestion.NameServer _ -> "the name server itself";
            case ClusterQuestion.Unknown _ -> "no form of name that clusters have";
            case ClusterQuestion.Namespace(var namespace, _) -> namespace(namespace);
            case ClusterQuestion.Pod(var namespace, var dashed) -> pod(namespace, dashed);
            case ClusterQuestion.Service service ->
                    options.isExposed(service.namespace(), store)
                            ? service(service, forms)
                            : namespace(service.namespace());
        };
    }

    private String namespace(String namespace) {
        if (!options.namespaces().isEmpty() && !options.namespaces().contains(namespace)) {
            return "the Corefile does not name namespace " + namespace;
        }
        return store.hasNamespace(namespace)
                ? "namespace %s is there".formatted(namespace)
                : "there is no namespace " + namespace;
    }

    private String pod(String namespace, String dashed) {
        return switch (options.pods()) {
            case DISABLED -> "names of pods are not answered (pods disabled)";
            case INSECURE -> "%s; the address is in the name".formatted(namespace(namespace));
            case VERIFIED -> {
                var address = ReverseNames.dashedAddress(dashed);
                boolean known =
                        address.filter(a -> store.pods().contains(namespace, a)).isPresent();
                yield known
                        ? "a pod of namespace %s has that address".formatted(namespace)
                        : "no pod of namespace %s has that address".formatted(namespace);
            }
        };
    }

    private String service(ClusterQuestion.Service question, ClusterQuestion.Forms forms) {
        var of = forms == ClusterQuestion.Forms.MULTICLUSTER ? imports : store;
        var title = "service %s/%s".formatted(question.namespace(), question.name());
        var state = of.service(question.namespace(), question.name());
        var service = state == null ? null : state.service();
        if (state == null || service == null) {
            return "there is no " + title;
        }
        if (service.externalName() != null) {
            return "%s is an alias of %s".formatted(title, service.externalName());
        }
        return "%s %s; ports: %d, ready endpoints: %d"
                .formatted(
                        title,
                        service.isHeadless() ? "is headless" : "has " + service.clusterIps(),
                        service.ports().size(),
                        state.endpointCount());
    }
}
