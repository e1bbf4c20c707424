{{- define "onoma.name" -}}
{{ .Values.nameOverride | default .Chart.Name | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "onoma.fullname" -}}
{{- $name := include "onoma.name" . -}}
{{- $release := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) -}}
{{ .Values.fullnameOverride | default $release | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "onoma.account" -}}
{{ .Values.serviceAccount.name | default (ternary (include "onoma.fullname" .) "default" .Values.serviceAccount.create) }}
{{- end }}

{{- define "onoma.k8sapp" -}}
{{ .Values.k8sAppLabelOverride | default .Chart.Name }}
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

{{/* The protocols of a server, by the schemes of its zones: TCP for all, UDP where DNS is plain or QUIC. */}}
{{- define "onoma.protocols" -}}
{{- $udp := not .zones -}}{{- $tcp := not .zones -}}
{{- range .zones -}}
{{- $scheme := .scheme | default "dns://" -}}
{{- if has $scheme (list "dns://" "quic://" "https3://") -}}{{- $udp = true -}}{{- end -}}
{{- if not (has $scheme (list "quic://" "https3://")) -}}{{- $tcp = true -}}{{- end -}}
{{- end -}}
{{- if $udp }}UDP {{ end }}{{- if $tcp }}TCP{{ end -}}
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
