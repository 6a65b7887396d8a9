{{/*
A Secret that External Secrets makes from the store, under prep/<environment>/<app>. Argument: dict of root, name, keys (of
the Secret), and property (of the store's entry; default: the key's own name).
*/}}
{{- define "prep.external-secret" -}}
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  name: {{ .name }}
  labels:
    {{- include "prep.labels" (list .root "service") | nindent 4 }}
  annotations:
    {{- include "prep.sync-wave" "before" | nindent 4 }}
spec:
  refreshInterval: {{ .root.Values.secrets.refreshInterval }}
  secretStoreRef:
    kind: {{ .root.Values.secrets.store.kind }}
    name: {{ .root.Values.secrets.store.name }}
  target:
    name: {{ .name }}
    creationPolicy: Owner
    deletionPolicy: Retain
  data:
    {{- range .keys }}
    - secretKey: {{ . }}
      remoteRef:
        key: prep/{{ $.root.Values.environment }}/{{ $.root.Values.app }}
        property: {{ default . $.property }}
    {{- end }}
{{- end -}}
