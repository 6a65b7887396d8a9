{{/* Nothing in, nothing out, and then each hole by name. Argument: the root. */}}
{{- define "prep.network-policies" -}}
{{ include "prep.deny-all" (list . "service") }}
{{- $service := dict "root" . "component" "service" }}
{{- $platform := .Values.platform }}
{{- include "prep.ingress-holes" (list . $service) }}
{{- include "prep.egress-holes" (list . $service) }}
{{- if .Values.migration.enabled }}
{{- $migration := dict "root" . "component" "migration" }}
---
{{ include "prep.deny-all" (list . "migration") }}
{{ include "prep.dns-hole" $migration }}
{{- include "prep.egress-hole" (list $migration "to-postgres" (include "prep.peer" (dict "namespace" (include "prep.postgres-namespace" .))) $platform.postgres.port) }}
{{- end }}
{{- if .Values.helmTest.enabled }}
{{- $test := dict "root" . "component" "test" }}
---
{{ include "prep.deny-all" (list . "test") }}
{{ include "prep.dns-hole" $test }}
{{- include "prep.egress-hole" (list $test (printf "to-%s" .Values.app) (include "prep.app-peers" (list .Values.app)) .Values.port) }}
{{- if .Values.istio.enabled }}
{{- include "prep.egress-hole" (list $test "to-mesh" (include "prep.app-peers" (list .Values.app)) 15008) }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "prep.deny-all" -}}
{{- $root := index . 0 -}}
{{- $component := index . 1 -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ $root.Values.app }}-{{ if ne $component "service" }}{{ $component }}-{{ end }}deny-all
  labels:
    {{- include "prep.labels" . | nindent 4 }}
  annotations:
    {{- include "prep.sync-wave" "before" | nindent 4 }}
spec:
  podSelector:
    matchLabels:
      {{- include "prep.selector" . | nindent 6 }}
  policyTypes:
    - Ingress
    - Egress
{{- end -}}

{{/* Who may reach the service's pods. Argument: list of the root and the base of the holes. */}}
{{- define "prep.ingress-holes" -}}
{{- $root := index . 0 -}}
{{- $base := index . 1 -}}
{{- $values := $root.Values -}}
{{- range $values.network.callers }}
{{- include "prep.ingress-hole" (list $base (printf "from-%s" .) (include "prep.app-peers" (list .)) $values.port) }}
{{- end }}
{{- if $values.ingress.enabled }}
{{- include "prep.ingress-hole" (list $base "from-ingress" (include "prep.peer" $values.platform.ingress) $values.port) }}
{{- end }}
{{- if $values.telemetry.serviceMonitor }}
{{- $prometheus := dict "namespace" $values.platform.monitoring.namespace "podLabels" (dict "app.kubernetes.io/name" "prometheus") }}
{{- include "prep.ingress-hole" (list $base "from-prometheus" (include "prep.peer" $prometheus) $values.port 9090) }}
{{- end }}
{{- if $values.helmTest.enabled }}
---
{{ include "prep.network-hole" (merge (dict "hole" "from-helm-test" "direction" "ingress" "peers" (list (dict "podSelector" (dict "matchLabels" (include "prep.selector" (list $root "test") | fromYaml)))) "ports" (list $values.port)) $base) }}
{{- end }}
{{- if $values.istio.enabled }}
{{- $namespaces := list $root.Release.Namespace $values.platform.monitoring.namespace }}
{{- if $values.ingress.enabled }}
{{- $namespaces = append $namespaces $values.platform.ingress.namespace }}
{{- end }}
{{- $mesh := list (dict "namespaceSelector" (dict "matchExpressions" (list (dict "key" "kubernetes.io/metadata.name" "operator" "In" "values" $namespaces)))) }}
---
{{ include "prep.network-hole" (merge (dict "hole" "from-mesh" "direction" "ingress" "peers" $mesh "ports" (list 15008)) $base) }}
{{- $kubelet := list (dict "ipBlock" (dict "cidr" "169.254.7.127/32")) }}
---
{{ include "prep.network-hole" (merge (dict "hole" "from-kubelet-probes" "direction" "ingress" "peers" $kubelet "ports" (list $values.port 3501)) $base) }}
{{- end }}
{{- end -}}

{{/* Whom the service's pods may reach. Argument as above. */}}
{{- define "prep.egress-holes" -}}
{{- $root := index . 0 -}}
{{- $base := index . 1 -}}
{{- $values := $root.Values -}}
{{- $platform := $values.platform }}
{{ include "prep.dns-hole" $base }}
{{- if $values.database.enabled }}
{{- include "prep.egress-hole" (list $base "to-postgres" (include "prep.peer" (dict "namespace" (include "prep.postgres-namespace" $root))) $platform.postgres.port) }}
{{- end }}
{{- if $values.dapr.enabled }}
{{- $operator := dict "namespace" $platform.dapr.namespace "podLabels" (dict "app" "dapr-operator") }}
{{- $sentry := dict "namespace" $platform.dapr.namespace "podLabels" (dict "app" "dapr-sentry") }}
{{- include "prep.egress-hole" (list $base "to-dapr-operator" (include "prep.peer" $operator) 6500) }}
{{- include "prep.egress-hole" (list $base "to-dapr-sentry" (include "prep.peer" $sentry) 50001) }}
{{- if $values.dapr.pubsub }}
{{- include "prep.egress-hole" (list $base "to-kafka" (include "prep.peer" (dict "namespace" (include "prep.kafka-namespace" $root))) $platform.kafka.port) }}
{{- end }}
{{- end }}
{{- if $values.telemetry.tracesEndpoint }}
{{- include "prep.egress-hole" (list $base "to-tracing" (include "prep.peer" $platform.tracing) $platform.tracing.port) }}
{{- end }}
{{- range $values.network.calls }}
{{- include "prep.egress-hole" (list $base (printf "to-%s" .) (include "prep.app-peers" (list .)) $values.port) }}
{{- end }}
{{- if and $values.istio.enabled $values.network.calls }}
{{- include "prep.egress-hole" (list $base "to-mesh" (include "prep.app-peers" $values.network.calls) 15008) }}
{{- end }}
{{- range $values.network.internet }}
{{- $internet := list (dict "ipBlock" (dict "cidr" "0.0.0.0/0" "except" (list "10.0.0.0/8" "100.64.0.0/10" "169.254.0.0/16" "172.16.0.0/12" "192.168.0.0/16"))) }}
---
{{ include "prep.network-hole" (merge (dict "hole" (printf "to-%s" .name) "direction" "egress" "peers" $internet "ports" .ports) $base) }}
{{- end }}
{{- end -}}

{{/* Argument: list of the base, the hole's name, the peers as YAML, and ports. */}}
{{- define "prep.ingress-hole" }}
---
{{ include "prep.network-hole" (merge (dict "hole" (index . 1) "direction" "ingress" "peers" (index . 2 | fromYamlArray) "ports" (slice . 3)) (index . 0)) }}
{{- end -}}

{{- define "prep.egress-hole" }}
---
{{ include "prep.network-hole" (merge (dict "hole" (index . 1) "direction" "egress" "peers" (index . 2 | fromYamlArray) "ports" (slice . 3)) (index . 0)) }}
{{- end -}}

{{/* Argument: the base. */}}
{{- define "prep.dns-hole" -}}
{{- $dns := list (dict "namespaceSelector" (dict "matchLabels" (dict "kubernetes.io/metadata.name" "kube-system")) "podSelector" (dict "matchLabels" (dict "k8s-app" "kube-dns"))) }}
---
{{ include "prep.network-hole" (merge (dict "hole" "to-dns" "direction" "egress" "peers" $dns "ports" (list (dict "port" 53 "protocol" "UDP") (dict "port" 53 "protocol" "TCP"))) .) }}
{{- end -}}
