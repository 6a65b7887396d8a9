{{/* The analysis of the newest version's own pods. Argument: the root. */}}
{{- define "prep.analysis" -}}
templates:
  - templateName: {{ .Values.app }}
args:
  - name: hash
    valueFrom:
      podTemplateHashValue: Latest
{{- end -}}

{{/* Selects the requests that the version under analysis answered. Argument: list of the root and more matchers. */}}
{{- define "prep.analysed-requests" -}}
{{- $root := index . 0 -}}
namespace="{{ $root.Release.Namespace }}",service="{{ $root.Values.app }}",rollouts_pod_template_hash="{{ "{{args.hash}}" }}"{{ index . 1 }}
{{- end -}}
