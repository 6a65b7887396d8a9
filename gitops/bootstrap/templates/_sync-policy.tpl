{{/* Synced by itself and put right when somebody edits the cluster by hand; tried again while CRDs are still on their way. */}}
{{- define "prep.sync-policy" -}}
automated:
  prune: {{ .prune }}
  selfHeal: true
  allowEmpty: false
retry:
  limit: 20
  backoff:
    duration: 2s
    factor: 2
    maxDuration: 3m
syncOptions:
  - ServerSideApply=true
  - ApplyOutOfSyncOnly=true
{{- end -}}
