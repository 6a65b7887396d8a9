{{/* Environment of the app's container: what every service has, its own settings, its secrets. Argument: the root. */}}
{{- define "prep.environment" -}}
- name: NODE_ENV
  value: production
- name: NODE_OPTIONS
  value: {{ .Values.nodeOptions | quote }}
- name: HOST
  value: 0.0.0.0
- name: PORT
  value: {{ .Values.port | quote }}
- name: LOG_LEVEL
  value: {{ .Values.logLevel }}
{{- if .Values.telemetry.tracesEndpoint }}
- name: OTEL_EXPORTER_OTLP_ENDPOINT
  value: {{ .Values.telemetry.tracesEndpoint | quote }}
- name: OTEL_TRACES_SAMPLER
  value: parentbased_traceidratio
- name: OTEL_TRACES_SAMPLER_ARG
  value: {{ .Values.telemetry.sampleRatio | quote }}
{{- end }}
{{- if .Values.dapr.enabled }}
- name: DAPR_API_TOKEN
  valueFrom:
    secretKeyRef:
      name: {{ .Values.app }}-dapr-api-token
      key: token
- name: APP_API_TOKEN
  valueFrom:
    secretKeyRef:
      name: {{ .Values.app }}-app-api-token
      key: token
{{- end }}
{{- if .Values.database.enabled }}
{{ include "prep.secret-variable" (list . "DATABASE_URL" .Values.database.urlKey) }}
{{- end }}
{{- range $name, $value := .Values.env }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- range $name, $key := .Values.secretEnv }}
{{ include "prep.secret-variable" (list $ $name $key) }}
{{- end }}
{{- end -}}

{{/* One variable from the app's secret. Argument: list of the root, the variable and the key. */}}
{{- define "prep.secret-variable" -}}
- name: {{ index . 1 }}
  valueFrom:
    secretKeyRef:
      name: {{ (index . 0).Values.app }}
      key: {{ index . 2 }}
{{- end -}}
