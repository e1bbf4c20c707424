package dev.onoma.plugins.kubernetes;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Reads objects of an API in protobuf; field numbers are those of the published `generated.proto`
/// files of Kubernetes, which never change.
final class ProtobufObjects {
    private static final byte[] SERVICE_NAME = octets(ObjectParts.SERVICE_NAME);
    private static final byte[] IMPORT_NAME = octets(ObjectParts.IMPORT_NAME);
    private static final byte[] SOURCE_CLUSTER = octets(ObjectParts.SOURCE_CLUSTER);
    private static final byte[] TRIGGERED = octets(ObjectParts.TRIGGERED);
    private static final byte[] END_OF_LIST = octets(ObjectParts.END_OF_LIST);

    private final ApiResource resource;
    private final ObjectParts parts;

    ProtobufObjects(ApiResource resource, ObjectParts parts) {
        this.resource = resource;
        this.parts = parts;
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    ApiItem item(WireScanner object) throws IOException {
        read(object);
        return parts.item(resource);
    }

    /// Leaves what it finds in the parts.
    void read(WireScanner object) throws IOException {
        parts.clear();
        var slices = new ArrayList<WireScanner>(0);
        while (object.next()) {
            switch (object.field()) {
                case 1 -> metadata(object.message());
                case 2 -> second(object, slices);
                case 3 -> third(object);
                default -> object.skip();
            }
        }
        for (var endpoint : slices) {
            endpoint(endpoint);
        }
    }

    private void second(WireScanner object, List<WireScanner> slices) throws IOException {
        switch (resource) {
            case SERVICES -> serviceSpec(object.message());
            case SLICES, IMPORTED_SLICES -> slices.add(object.message());
            case NAMESPACES, PODS, IMPORTS -> object.skip();
        }
    }

    private void third(WireScanner object) throws IOException {
        switch (resource) {
            case SERVICES -> serviceStatus(object.message());
            case SLICES, IMPORTED_SLICES -> slicePort(object.message());
            case PODS -> podStatus(object.message());
            case NAMESPACES, IMPORTS -> object.skip();
        }
    }

    private void metadata(WireScanner metadata) throws IOException {
        while (metadata.next()) {
            switch (metadata.field()) {
                case 1 -> parts.name = metadata.text();
                case 3 -> parts.namespace = metadata.text();
                case 6 -> parts.version = metadata.text();
                case 9 -> {
                    parts.deleting = true;
                    metadata.skip();
                }
                case 11 -> label(metadata.message());
                case 12 -> annotation(metadata.message());
                default -> metadata.skip();
            }
        }
    }

    private void label(WireScanner entry) throws IOException {
        if (!entry.next() || entry.field() != 1) {
            return;
        }
        if (resource == ApiResource.PODS) {
            if (parts.details().podLabels()) {
                var key = entry.text();
                parts.label(key, value(entry));
            }
            return;
        }
        switch (entry.oneOf(SERVICE_NAME, IMPORT_NAME, SOURCE_CLUSTER)) {
            case 0 -> parts.service = value(entry);
            case 1 -> parts.importName = value(entry);
            case 2 -> parts.cluster = value(entry);
            default -> {
                // no label of ours
            }
        }
    }

    private void annotation(WireScanner entry) throws IOException {
        if (!entry.next() || entry.field() != 1) {
            return;
        }
        switch (entry.oneOf(TRIGGERED, END_OF_LIST)) {
            case 0 -> parts.triggered = value(entry);
            case 1 -> parts.endOfList = value(entry).equals("true");
            default -> {
                // no annotation of ours
            }
        }
    }

    private static String value(WireScanner entry) throws IOException {
        return entry.next() && entry.field() == 2 ? entry.text() : "";
    }

    private void serviceSpec(WireScanner spec) throws IOException {
        var single = "";
        while (spec.next()) {
            switch (spec.field()) {
                case 1 -> servicePort(spec.message());
                case 3 -> single = spec.text();
                case 4 -> parts.type = spec.text();
                case 5 -> external(spec);
                case 10 -> parts.externalName = spec.text();
                case 18 -> parts.addresses.add(spec.text());
                default -> spec.skip();
            }
        }
        if (parts.addresses.isEmpty() && !single.isEmpty()) {
            parts.addresses.add(single);
        }
    }

    private void external(WireScanner field) throws IOException {
        if (parts.details().external()) {
            parts.external.add(field.text());
        } else {
            field.skip();
        }
    }

    private void servicePort(WireScanner port) throws IOException {
        var name = "";
        var protocol = "";
        int number = 0;
        while (port.next()) {
            switch (port.field()) {
                case 1 -> name = port.text();
                case 2 -> protocol = port.text();
                case 3 -> number = (int) port.number();
                default -> port.skip();
            }
        }
        parts.port(name, protocol, number);
    }

    private void serviceStatus(WireScanner status) throws IOException {
        while (status.next()) {
            if (status.field() == 1 && parts.details().external()) {
                var balancer = status.message();
                while (balancer.next()) {
                    if (balancer.field() == 1) {
                        ingress(balancer.message());
                    } else {
                        balancer.skip();
                    }
                }
            } else {
                status.skip();
            }
        }
    }

    private void ingress(WireScanner ingress) throws IOException {
        var ip = "";
        var hostname = "";
        while (ingress.next()) {
            switch (ingress.field()) {
                case 1 -> ip = ingress.text();
                case 2 -> hostname = ingress.text();
                default -> ingress.skip();
            }
        }
        var either = ip.isEmpty() ? hostname : ip;
        if (!either.isEmpty()) {
            parts.external.add(either);
        }
    }

    private void slicePort(WireScanner port) throws IOException {
        servicePort(port); // the same fields
    }

    private void endpoint(WireScanner endpoint) throws IOException {
        var addresses = new ArrayList<String>(1);
        var hostname = "";
        var pod = "";
        var zone = "";
        boolean ready = true;
        while (endpoint.next()) {
            switch (endpoint.field()) {
                case 1 -> addresses.add(endpoint.text());
                case 2 -> ready = isReady(endpoint.message());
                case 3 -> hostname = endpoint.text();
                case 4 -> pod = podName(endpoint);
                case 7 -> zone = zone(endpoint);
                default -> endpoint.skip();
            }
        }
        for (var address : ready ? addresses : List.<String>of()) {
            parts.endpoint(address, hostname, pod, zone);
        }
    }

    private String podName(WireScanner field) throws IOException {
        if (!parts.details().podNames()) {
            field.skip();
            return "";
        }
        var target = field.message();
        var name = "";
        while (target.next()) {
            if (target.field() == 3) {
                name = target.text();
            } else {
                target.skip();
            }
        }
        return name;
    }

    private String zone(WireScanner field) throws IOException {
        if (parts.details().zones()) {
            return field.text();
        }
        field.skip();
        return "";
    }

    private static boolean isReady(WireScanner conditions) throws IOException {
        boolean ready = true;
        while (conditions.next()) {
            if (conditions.field() == 1) {
                ready = conditions.number() != 0;
            } else {
                conditions.skip();
            }
        }
        return ready;
    }

    private void podStatus(WireScanner status) throws IOException {
        var single = "";
        while (status.next()) {
            switch (status.field()) {
                case 1 -> parts.phase = status.text();
                case 6 -> single = status.text();
                case 12 -> {
                    var ip = status.message();
                    while (ip.next()) {
                        if (ip.field() == 1) {
                            parts.addresses.add(ip.text());
                        } else {
                            ip.skip();
                        }
                    }
                }
                default -> status.skip();
            }
        }
        if (parts.addresses.isEmpty() && !single.isEmpty()) {
            parts.addresses.add(single);
        }
    }
}
