/// The `k8s_external` plugin: names of a Kubernetes cluster's services for clients outside of it.
///
/// Start at [K8sExternal]. [ExternalAnswers] says what there is to a name, [ExternalHandler] makes
/// a response of it. What is known about the cluster comes from `kubernetes`, as a
/// [dev.onoma.api.Cluster]. The manual for operators is `README.md` beside this file; its examples
/// run as tests.
@NullMarked
package dev.onoma.plugins.k8s_external;

import org.jspecify.annotations.NullMarked;
