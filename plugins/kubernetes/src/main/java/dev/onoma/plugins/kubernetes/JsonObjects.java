package dev.onoma.plugins.kubernetes;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads objects of an API from JSON values.
final class JsonObjects {
    private final ApiResource resource;
    private final ObjectParts parts;

    JsonObjects(ApiResource resource, ObjectParts parts) {
        this.resource = resource;
        this.parts = parts;
    }

    ApiItem item(Map<?, ?> object) {
        read(object);
        return parts.item(resource);
    }

    /// Leaves what it finds in the parts.
    void read(Map<?, ?> object) {
        parts.clear();
        metadata(map(object, "metadata"));
        var spec = map(object, "spec");
        switch (resource) {
            case NAMESPACES -> {
                // its name is all
            }
            case SERVICES -> service(spec, map(object, "status"));
            case SLICES, IMPORTED_SLICES -> slice(object);
            case PODS -> pod(map(object, "status"));
            case IMPORTS -> imported(spec);
        }
    }

    private void metadata(Map<?, ?> metadata) {
        parts.name = text(metadata, "name");
        parts.namespace = text(metadata, "namespace");
        parts.version = text(metadata, "resourceVersion");
        parts.deleting = metadata.get("deletionTimestamp") != null;
        var labels = map(metadata, "labels");
        parts.service = text(labels, ObjectParts.SERVICE_NAME);
        parts.importName = text(labels, ObjectParts.IMPORT_NAME);
        parts.cluster = text(labels, ObjectParts.SOURCE_CLUSTER);
        if (resource == ApiResource.PODS && parts.details().podLabels()) {
            labels.forEach((key, value) -> parts.label("" + key, "" + value));
        }
        var annotations = map(metadata, "annotations");
        parts.triggered = text(annotations, ObjectParts.TRIGGERED);
        parts.endOfList = text(annotations, ObjectParts.END_OF_LIST).equals("true");
    }

    private void service(Map<?, ?> spec, Map<?, ?> status) {
        parts.type = text(spec, "type");
        parts.externalName = text(spec, "externalName");
        parts.addresses.addAll(texts(spec, "clusterIPs"));
        var single = text(spec, "clusterIP");
        if (parts.addresses.isEmpty() && !single.isEmpty()) {
            parts.addresses.add(single);
        }
        ports(spec);
        if (parts.details().external()) {
            parts.external.addAll(texts(spec, "externalIPs"));
            for (var ingress : maps(map(status, "loadBalancer"), "ingress")) {
                var ip = text(ingress, "ip");
                var either = ip.isEmpty() ? text(ingress, "hostname") : ip;
                if (!either.isEmpty()) {
                    parts.external.add(either);
                }
            }
        }
    }

    private void ports(Map<?, ?> owner) {
        for (var port : maps(owner, "ports")) {
            int number = port.get("port") instanceof Long value ? value.intValue() : 0;
            parts.port(text(port, "name"), text(port, "protocol"), number);
        }
    }

    private void slice(Map<?, ?> slice) {
        ports(slice);
        for (var endpoint : maps(slice, "endpoints")) {
            if (Boolean.FALSE.equals(map(endpoint, "conditions").get("ready"))) {
                continue;
            }
            var details = parts.details();
            var hostname = text(endpoint, "hostname");
            var pod = details.podNames() ? text(map(endpoint, "targetRef"), "name") : "";
            var zone = details.zones() ? text(endpoint, "zone") : "";
            for (var address : texts(endpoint, "addresses")) {
                parts.endpoint(address, hostname, pod, zone);
            }
        }
    }

    private void pod(Map<?, ?> status) {
        parts.phase = text(status, "phase");
        for (var ip : maps(status, "podIPs")) {
            parts.addresses.add(text(ip, "ip"));
        }
        var single = text(status, "podIP");
        if (parts.addresses.isEmpty() && !single.isEmpty()) {
            parts.addresses.add(single);
        }
    }

    private void imported(Map<?, ?> spec) {
        parts.type = text(spec, "type");
        parts.addresses.addAll(texts(spec, "ips"));
        ports(spec);
    }

    static Map<?, ?> map(Map<?, ?> owner, String key) {
        return owner.get(key) instanceof Map<?, ?> map ? map : Map.of();
    }

    static String text(Map<?, ?> owner, String key) {
        return owner.get(key) instanceof String text ? text : "";
    }

    private static List<String> texts(Map<?, ?> owner, String key) {
        var texts = new ArrayList<String>();
        for (var element : list(owner, key)) {
            if (element instanceof String text) {
                texts.add(text);
            }
        }
        return texts;
    }

    private static List<Map<?, ?>> maps(Map<?, ?> owner, String key) {
        var maps = new ArrayList<Map<?, ?>>();
        for (var element : list(owner, key)) {
            if (element instanceof Map<?, ?> map) {
                maps.add(map);
            }
        }
        return maps;
    }

    private static List<? extends @Nullable Object> list(Map<?, ?> owner, String key) {
        return owner.get(key) instanceof List<?> list ? list : List.of();
    }
}
