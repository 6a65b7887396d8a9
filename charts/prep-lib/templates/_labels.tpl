{{/* Labels that never change, for selectors. Argument: list of the root and the component (service, migration, test). */}}
{{- define "prep.selector" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/name: {{ $root.Values.app }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end -}}

{{/* Labels of every object. Argument as above. */}}
{{- define "prep.labels" -}}
{{- $root := index . 0 -}}
{{ include "prep.selector" . }}
app.kubernetes.io/instance: {{ $root.Release.Name }}
app.kubernetes.io/part-of: prep
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
prep/environment: {{ $root.Values.environment }}
{{- with $root.Values.release.version }}
app.kubernetes.io/version: {{ . | quote }}
{{- end }}
{{- end -}}

{{/* The release's commit, where it is known. Argument: the root. */}}
{{- define "prep.release-annotations" -}}
{{- with .Values.release.commit -}}
prep/commit: {{ . | quote }}
{{- end }}
{{- end -}}

{{/*
Order of a sync: secrets, identities and network first, then the database's schema, then the app.
Argument: before, migration or app.
*/}}
{{- define "prep.sync-wave" -}}
argocd.argoproj.io/sync-wave: {{ get (dict "before" "-2" "migration" "-1" "app" "0") . | quote }}
{{- end -}}
