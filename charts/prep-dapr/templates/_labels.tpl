{{/* Labels, and the wave of what services need before they start. Argument: the root. */}}
{{- define "prep-dapr.labels" -}}
app.kubernetes.io/name: prep-dapr
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/part-of: prep
app.kubernetes.io/managed-by: {{ .Release.Service }}
prep/environment: {{ .Values.environment }}
{{- end -}}

{{- define "prep-dapr.annotations" -}}
argocd.argoproj.io/sync-wave: {{ . | quote }}
{{- end -}}

{{/* `app=topic,topic;app=topic`, as Dapr wants its scopes. Argument: map of app to topics. */}}
{{- define "prep-dapr.scopes" -}}
{{- $parts := list -}}
{{- range $app, $topics := . -}}
{{- $parts = append $parts (printf "%s=%s" $app (join "," $topics)) -}}
{{- end -}}
{{- join ";" $parts -}}
{{- end -}}
