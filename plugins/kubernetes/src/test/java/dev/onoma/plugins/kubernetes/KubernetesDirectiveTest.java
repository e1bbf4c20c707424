package dev.onoma.plugins.kubernetes;

import dev.onoma.testkit.OnomaSubject;
import dev.onoma.testkit.Scenarios;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// What an operator reads who made a mistake in the directive.
final class KubernetesDirectiveTest {
    private final Scenarios scenarios = Scenarios.against(new OnomaSubject());

    private Stream<DynamicTest> refused(String properties, String... messages) {
        var text = new StringBuilder("cluster.local {\n kubernetes {\n  ");
        text.append(properties).append("\n }\n}\ngiven namespace shop\n! start fails\n");
        for (var message : messages) {
            text.append("    ").append(message).append('\n');
        }
        return scenarios.play(text.toString());
    }

    @TestFactory
    Stream<DynamicTest> mistakesAreShownWithTheirPlace() {
        return Stream.of(
                        refused(
                                "pods sometimes",
                                "*the mode is one of disabled, verified, insecure*"),
                        refused("ttl 3601", "*SECONDS is a whole number from 0 to 3600, not 3601*"),
                        refused(
                                "podz insecure",
                                "*there is no property \"podz\"*",
                                "*did you mean: pods?*"),
                        refused(
                                "namespaces a\n  namespace_labels b=c",
                                "*namespaces and namespace_labels cannot both be set*"),
                        refused("labels \"a b\"", "*unable to parse label selector value: 'a b'*"),
                        refused("zonal\n  noendpoints", "*zonal requires the endpoint cache*"),
                        refused("ignore empty_services", "*did you mean: empty_service?*"),
                        refused("apiserver_qps fast", "*QPS is a number*"),
                        refused("tls cert key", "*CACERT is missing after \"key\"*"),
                        refused("multicluster other.org", "*is not authoritative for*"),
                        refused("service_cidr 10.0.0.0", "*CIDR is a range of at least 32*"),
                        refused("snapshot", "*PATH is missing*"),
                        refused("snapshot /tmp/x 24", "*did you mean: 24s?*"),
                        refused("startup_timeout 5", "*did you mean: 5s?*"),
                        refused("endpoint_pod_names x", "*takes no arguments*"))
                .flatMap(tests -> tests);
    }

    @TestFactory
    Stream<DynamicTest> theDirectiveAsAWhole() {
        return scenarios.play(
                """
                == the cluster around this process
                cluster.local {
                    kubernetes
                }
                ! start fails
                    *unable to load in-cluster configuration, KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT must be defined*
                    *manifests DIR, endpoint URL, kubeconfig FILE*

                == an API server has an address
                cluster.local {
                    kubernetes {
                        endpoint ftp://10.0.0.1
                    }
                }
                ! start fails
                    *an API server is http://HOST[:PORT] or https://HOST[:PORT], not "ftp://10.0.0.1"*

                == a kubeconfig file is there
                cluster.local {
                    kubernetes {
                        kubeconfig nowhere
                    }
                }
                ! start fails
                    *stat *nowhere: no such file or directory*

                == there is something to read
                cluster.local {
                    kubernetes {
                        manifests nowhere
                    }
                }
                ! start fails
                    *there is no directory or file *nowhere; create it, or mount it*

                == one zone is not reverse
                in-addr.arpa {
                    kubernetes
                }
                given namespace shop
                ! start fails
                    *non-reverse zone name must be used*

                == once in a server block
                cluster.local {
                    kubernetes
                    kubernetes
                }
                given namespace shop
                ! start fails
                    *this plugin can only be used once per Server Block*
                """);
    }
}
