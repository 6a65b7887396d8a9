{{/* Who may call which port, by identity. Argument: the root. */}}
{{- define "prep.mesh-callers" -}}
{{- $domain := .Values.istio.trustDomain -}}
{{- $own := printf "%s/ns/%s/sa" $domain .Release.Namespace -}}
{{- $callers := list -}}
{{- range .Values.network.callers -}}
{{- $callers = append $callers (printf "%s/%s" $own .) -}}
{{- end -}}
{{- if .Values.ingress.enabled -}}
{{- $callers = append $callers (printf "%s/ns/%s/sa/%s" $domain .Values.platform.ingress.namespace .Values.platform.ingress.serviceAccount) -}}
{{- end -}}
{{- if .Values.helmTest.enabled -}}
{{- $callers = append $callers (printf "%s/%s" $own .Values.app) -}}
{{- end -}}
{{- with $callers -}}
- from:
    - source:
        principals:
          {{- toYaml . | nindent 10 }}
  to:
    - operation:
        ports:
          - {{ $.Values.port | quote }}
{{ end -}}
- from:
    - source:
        principals:
          - {{ $domain }}/ns/{{ .Values.platform.monitoring.namespace }}/sa/{{ .Values.platform.monitoring.prometheusServiceAccount }}
  to:
    - operation:
        ports:
          - {{ .Values.port | quote }}
          {{- if .Values.dapr.enabled }}
          - "9090"
          {{- end }}
{{- end -}}
