{{/* Tried for a long time: a part may wait for another one's CRDs or webhook. Never Replace: sentry fills Dapr's trust bundle. */}}
{{- define "prep.platform-policy" -}}
revisionHistoryLimit: 10
syncPolicy:
  automated:
    prune: {{ .prune }}
    selfHeal: true
    allowEmpty: false
  retry:
    limit: 20
    refresh: true
    backoff:
      duration: 2s
      factor: 2
      maxDuration: 3m
  syncOptions:
    - ServerSideApply=true
    - ApplyOutOfSyncOnly=true
    - RespectIgnoreDifferences=true
    - SkipDryRunOnMissingResource=true
    - PruneLast=true
{{- end -}}
