{{/* The names are those of the coredns chart, so that a release of it can be upgraded to this one. */}}
{{- define "onoma.name" -}}
{{ .Values.nameOverride | default "coredns" | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "onoma.fullname" -}}
{{- $name := include "onoma.name" . -}}
{{- $release := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) -}}
{{ .Values.fullnameOverride | default $release | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* Values may hold templates (affinity, topologySpreadConstraints), which use these. */}}
{{- define "coredns.name" -}}{{ include "onoma.name" . }}{{- end }}
{{- define "coredns.fullname" -}}{{ include "onoma.fullname" . }}{{- end }}
{{- define "coredns.k8sapplabel" -}}{{ include "onoma.k8sapp" . }}{{- end }}

{{- define "onoma.account" -}}
{{ .Values.serviceAccount.name | default (ternary (include "onoma.fullname" .) "default" .Values.serviceAccount.create) }}
{{- end }}

{{- define "onoma.role" -}}
{{ .Values.clusterRole.nameOverride | default (include "onoma.fullname" .) }}
{{- end }}

{{- define "onoma.deployment" -}}
{{ .Values.deployment.name | default (include "onoma.fullname" .) }}
{{- end }}

{{- define "onoma.k8sapp" -}}
{{ .Values.k8sAppLabelOverride | default "coredns" | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "onoma.selector" -}}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
app.kubernetes.io/name: {{ include "onoma.name" . }}
{{- if .Values.isClusterService }}
k8s-app: {{ include "onoma.k8sapp" . }}
{{- end }}
{{- end }}

{{- define "onoma.labels" -}}
{{ include "onoma.selector" . }}
{{ include "onoma.chartlabels" . }}
{{- end }}

{{- define "onoma.autoscaler.selector" -}}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
app.kubernetes.io/name: {{ include "onoma.name" . }}-autoscaler
{{- if .Values.isClusterService }}
k8s-app: {{ include "onoma.k8sapp" . }}-autoscaler
{{- end }}
{{- end }}

{{- define "onoma.autoscaler.labels" -}}
{{ include "onoma.autoscaler.selector" . }}
{{ include "onoma.chartlabels" . }}
{{- end }}

{{/* What all objects have besides their selectors. */}}
{{- define "onoma.chartlabels" -}}
app.kubernetes.io/managed-by: {{ .Release.Service | quote }}
helm.sh/chart: "{{ .Chart.Name }}-{{ .Chart.Version | replace "+" "_" }}"
{{- if .Values.isClusterService }}
kubernetes.io/cluster-service: "true"
kubernetes.io/name: CoreDNS
{{- end }}
{{- with .Values.customLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* Annotations of an object: a list of maps, of which the first to have a key says its value. */}}
{{- define "onoma.annotations" -}}
{{- $all := dict -}}
{{- range . }}{{ $all = merge $all (. | default dict) }}{{ end -}}
{{- with $all }}
annotations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* A list of secrets to pull with, each a name or {name: ...}. */}}
{{- define "onoma.pullsecrets" -}}
{{- with . }}
imagePullSecrets:
  {{- range . }}
  - name: {{ kindIs "string" . | ternary . (get (kindIs "map" . | ternary . dict) "name") }}
  {{- end }}
{{- end }}
{{- end }}

{{/* The ports of the servers, as JSON: each once, with its protocols by the schemes of the zones. */}}
{{- define "onoma.ports" -}}
{{- $ports := list -}}
{{- range $server := .Values.servers -}}
{{- $known := false -}}
{{- $udp := false -}}{{- $tcp := false -}}
{{- range .zones -}}
{{- $scheme := .scheme | default "dns://" -}}
{{- if has $scheme (list "tls://" "https://" "grpc://") -}}{{- $tcp = true -}}{{- else -}}{{- $udp = true -}}{{- end -}}
{{- if and (eq $scheme "dns://") .use_tcp -}}{{- $tcp = true -}}{{- end -}}
{{- end -}}
{{- $port := dict "port" (int $server.port) "udp" (or $udp (not $tcp)) "tcp" $tcp "servicePort" (int ($server.servicePort | default $server.port)) "nodePort" (int $server.nodePort) "hostPort" (int $server.hostPort) -}}
{{- range $ports -}}
{{- if eq .port $port.port -}}
{{- $known = true -}}
{{- $_ := set . "udp" (or .udp $port.udp) -}}{{- $_ := set . "tcp" (or .tcp $port.tcp) -}}
{{- $_ := set . "nodePort" (.nodePort | default $port.nodePort) -}}{{- $_ := set . "hostPort" (.hostPort | default $port.hostPort) -}}
{{- end -}}
{{- end -}}
{{- if not $known -}}{{- $ports = append $ports $port -}}{{- end -}}
{{- end -}}
{{ toJson $ports }}
{{- end }}

{{/* The ports that prometheus listens on, as JSON. */}}
{{- define "onoma.metrics" -}}
{{- $ports := list -}}
{{- range .Values.servers -}}
{{- range .plugins -}}
{{- if eq .name "prometheus" -}}
{{- $ports = append $ports (.parameters | default "localhost:9153" | toString | splitList ":" | last | int) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{ uniq $ports | toJson }}
{{- end }}

{{- define "onoma.corefile" -}}
{{- range $name, $conf := .Values.extraConfig }}
{{ $name }}{{ with $conf.parameters }} {{ . }}{{ end }}
{{- end }}
{{- range .Values.servers }}
{{- $port := .port }}
{{ range $i, $zone := .zones | default (list (dict "zone" ".")) }}{{ if $i }} {{ end }}{{ .scheme | default "" }}{{ .zone | default "." }}{{ if $port }}:{{ $port }}{{ end }}{{ end }} {
{{- range .plugins }}
    {{ .name }}{{ if hasKey . "parameters" }} {{ .parameters }}{{ end }}{{ with .configBlock }} {
{{ . | indent 8 }}
    }{{ end }}
{{- end }}
}
{{- end }}
{{- end }}
