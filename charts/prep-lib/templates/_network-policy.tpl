{{/*
One hole in the default deny, under a name of its own. Argument: dict of root, component (whose pods), hole (its name),
direction (ingress or egress), peers (list; none: anybody) and ports (list of port numbers, or of dicts with port and protocol).
*/}}
{{- define "prep.network-hole" -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ .root.Values.app }}-{{ if ne .component "service" }}{{ .component }}-{{ end }}{{ .hole }}
  labels:
    {{- include "prep.labels" (list .root .component) | nindent 4 }}
  annotations:
    {{- include "prep.sync-wave" "before" | nindent 4 }}
spec:
  podSelector:
    matchLabels:
      {{- include "prep.selector" (list .root .component) | nindent 6 }}
  policyTypes:
    - {{ title .direction }}
  {{ .direction }}:
    - ports:
        {{- range .ports }}
        {{- if kindIs "map" . }}
        - port: {{ .port }}
          protocol: {{ .protocol }}
        {{- else }}
        - port: {{ . }}
          protocol: TCP
        {{- end }}
        {{- end }}
      {{- with .peers }}
      {{ ternary "from" "to" (eq $.direction "ingress") }}:
        {{- toYaml . | nindent 8 }}
      {{- end }}
{{- end -}}

{{/* Pods of another namespace, all of them or those with the labels given. Argument: dict of namespace and podLabels. */}}
{{- define "prep.peer" -}}
- namespaceSelector:
    matchLabels:
      kubernetes.io/metadata.name: {{ .namespace }}
  {{- with .podLabels }}
  podSelector:
    matchLabels:
      {{- toYaml . | nindent 6 }}
  {{- end }}
{{- end -}}

{{/* Pods of an app in the same namespace. Argument: list of names. */}}
{{- define "prep.app-peers" -}}
{{- range . }}
- podSelector:
    matchLabels:
      app.kubernetes.io/name: {{ . }}
      app.kubernetes.io/component: service
{{- end }}
{{- end -}}
