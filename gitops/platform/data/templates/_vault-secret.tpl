{{/*
A Secret that External Secrets makes from Vault. Argument: dict of root, name, and keys: key of the Secret to a list of
Vault's path and property.
*/}}
{{- define "prep.vault-secret" }}
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  name: {{ .name }}
  namespace: {{ .root.Release.Namespace }}
  annotations:
    argocd.argoproj.io/sync-wave: "-1"
spec:
  refreshInterval: 1h
  secretStoreRef:
    kind: ClusterSecretStore
    name: vault
  target:
    name: {{ .name }}
    creationPolicy: Owner
    deletionPolicy: Retain
    {{- with .type }}
    template:
      type: {{ . }}
      mergePolicy: Merge
      {{- with $.fixed }}
      data:
        {{- toYaml . | nindent 8 }}
      {{- end }}
    {{- end }}
  data:
    {{- range $key, $place := .keys }}
    - secretKey: {{ $key }}
      remoteRef:
        key: {{ index $place 0 }}
        property: {{ index $place 1 }}
    {{- end }}
{{- end -}}
