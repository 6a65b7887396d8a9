{{/*
A Service in front of the app's pods. Argument: dict of root, name and component (a label of the Service itself: the
preview has its own, or its pods would be scraped twice).
*/}}
{{- define "prep.service" -}}
apiVersion: v1
kind: Service
metadata:
  name: {{ .name }}
  labels:
    {{- include "prep.labels" (list .root .component) | nindent 4 }}
  annotations:
    {{- include "prep.sync-wave" "app" | nindent 4 }}
spec:
  type: ClusterIP
  selector:
    {{- include "prep.selector" (list .root "service") | nindent 4 }}
  ports:
    - name: http
      port: 80
      targetPort: http
      protocol: TCP
      appProtocol: http
    {{- if .root.Values.dapr.enabled }}
    - name: dapr-metrics
      port: 9090
      targetPort: 9090
      protocol: TCP
    {{- end }}
{{- end -}}

{{/* Selector and pod of the workload, the same under a Deployment and a Rollout. Argument: the root. */}}
{{- define "prep.workload" -}}
{{- if eq .Values.scaling.kind "fixed" -}}
replicas: {{ .Values.scaling.min }}
{{ end -}}
revisionHistoryLimit: 5
selector:
  matchLabels:
    {{- include "prep.selector" (list . "service") | nindent 4 }}
template:
  {{- include "prep.pod" . | nindent 2 }}
{{- end -}}

{{/* What an autoscaler moves. Argument: the root. */}}
{{- define "prep.scale-target" -}}
{{- if eq .Values.rollout.kind "none" -}}
apiVersion: apps/v1
kind: Deployment
{{- else -}}
apiVersion: argoproj.io/v1alpha1
kind: Rollout
{{- end }}
name: {{ .Values.app }}
{{- end -}}

{{/* Up at once and by half, down slowly and by a tenth: what looks idle may only be between two waves. */}}
{{- define "prep.scaling-behavior" -}}
scaleUp:
  stabilizationWindowSeconds: 0
  selectPolicy: Max
  policies:
    - type: Percent
      value: 50
      periodSeconds: 30
    - type: Pods
      value: 2
      periodSeconds: 30
scaleDown:
  stabilizationWindowSeconds: 300
  selectPolicy: Min
  policies:
    - type: Percent
      value: 10
      periodSeconds: 60
    - type: Pods
      value: 1
      periodSeconds: 60
{{- end -}}
