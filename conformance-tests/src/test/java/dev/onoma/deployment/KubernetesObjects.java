package dev.onoma.deployment;

import com.google.gson.JsonElement;
import io.kubernetes.client.openapi.JSON;
import io.kubernetes.client.openapi.models.V1ClusterRole;
import io.kubernetes.client.openapi.models.V1ClusterRoleBinding;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1DaemonSet;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Role;
import io.kubernetes.client.openapi.models.V1RoleBinding;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import io.kubernetes.client.openapi.models.V2HorizontalPodAutoscaler;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/// The objects of a YAML text, each checked against the types of Kubernetes' own API description:
/// no field that it does not know, none missing that it needs.
final class KubernetesObjects {
    private final List<Map<?, ?>> objects = new ArrayList<>();

    /// @throws IllegalArgumentException that says which field is wrong
    static KubernetesObjects of(String yaml) throws IOException {
        var all = new KubernetesObjects();
        for (var document : new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(yaml)) {
            if (document != null) {
                all.add((Map<?, ?>) document);
            }
        }
        return all;
    }

    private void add(Map<?, ?> object) throws IOException {
        var json = JSON.getGson().toJsonTree(object);
        check(object.get("apiVersion") + " " + object.get("kind"), json);
        objects.add(object);
    }

    private static void check(String kind, JsonElement json) throws IOException {
        switch (kind) {
            case "v1 ConfigMap" -> V1ConfigMap.validateJsonElement(json);
            case "v1 Service" -> V1Service.validateJsonElement(json);
            case "v1 ServiceAccount" -> V1ServiceAccount.validateJsonElement(json);
            case "apps/v1 DaemonSet" -> V1DaemonSet.validateJsonElement(json);
            case "apps/v1 Deployment" -> V1Deployment.validateJsonElement(json);
            case "policy/v1 PodDisruptionBudget" -> V1PodDisruptionBudget.validateJsonElement(json);
            case "rbac.authorization.k8s.io/v1 ClusterRole" ->
                    V1ClusterRole.validateJsonElement(json);
            case "rbac.authorization.k8s.io/v1 ClusterRoleBinding" ->
                    V1ClusterRoleBinding.validateJsonElement(json);
            case "rbac.authorization.k8s.io/v1 Role" -> V1Role.validateJsonElement(json);
            case "rbac.authorization.k8s.io/v1 RoleBinding" ->
                    V1RoleBinding.validateJsonElement(json);
            case "autoscaling/v2 HorizontalPodAutoscaler" ->
                    V2HorizontalPodAutoscaler.validateJsonElement(json);
            case "monitoring.coreos.com/v1 ServiceMonitor" -> {
                // Somebody else's type, which the API description does not have.
            }
            default -> throw new IllegalArgumentException("no such kind: " + kind);
        }
    }

    List<String> kinds() {
        return objects.stream().map(object -> String.valueOf(object.get("kind"))).toList();
    }

    /// What a path of keys leads to in an object; numbers are places in lists, names are those of
    /// things in lists.
    ///
    /// @param object a kind that there is one of, or `KIND/NAME`
    Object get(String object, String... path) {
        Object at = object(object);
        for (var key : path) {
            at = at instanceof List<?> list ? inList(list, key) : ((Map<?, ?>) at).get(key);
            if (at == null) {
                throw new AssertionError("%s has no %s".formatted(object, List.of(path)));
            }
        }
        return at;
    }

    /// The same, with slashes between the keys, as text.
    String text(String object, String path) {
        return String.valueOf(get(object, path.split("/")));
    }

    private Map<?, ?> object(String wanted) {
        return objects.stream()
                .filter(o -> wanted.equals(o.get("kind")) || wanted.equals(title(o)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + wanted));
    }

    private static String title(Map<?, ?> object) {
        var name = object.get("metadata") instanceof Map<?, ?> metadata ? metadata.get("name") : "";
        return object.get("kind") + "/" + name;
    }

    private static Object inList(List<?> list, String key) {
        if (key.matches("[0-9]+")) {
            return list.get(Integer.parseInt(key));
        }
        return list.stream()
                .filter(o -> o instanceof Map<?, ?> map && key.equals(map.get("name")))
                .findFirst()
                .orElseThrow(() -> new AssertionError("nothing is called " + key + " in " + list));
    }
}
