{{/* The service's pod, the same under a Deployment and a Rollout. Argument: the root. */}}
{{- define "prep.pod" -}}
metadata:
  labels:
    {{- include "prep.labels" (list . "service") | nindent 4 }}
    {{- if .Values.istio.enabled }}
    istio.io/dataplane-mode: ambient
    {{- end }}
  annotations:
    kubectl.kubernetes.io/default-container: app
    {{- with include "prep.release-annotations" . }}
    {{- . | nindent 4 }}
    {{- end }}
    {{- if .Values.dapr.enabled }}
    {{- include "prep.dapr-annotations" . | nindent 4 }}
    {{- end }}
spec:
  serviceAccountName: {{ .Values.app }}
  automountServiceAccountToken: false
  enableServiceLinks: false
  terminationGracePeriodSeconds: {{ .Values.shutdown.graceSeconds }}
  {{- with .Values.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  {{- with include "prep.pull-secrets" . }}
  {{- . | nindent 2 }}
  {{- end }}
  securityContext:
    {{- include "prep.pod-security" . | nindent 4 }}
  {{- include "prep.scheduling" . | nindent 2 }}
  containers:
    - name: app
      image: {{ include "prep.image" . }}
      imagePullPolicy: {{ .Values.image.pullPolicy }}
      ports:
        - name: http
          containerPort: {{ .Values.port }}
      env:
        {{- include "prep.environment" . | nindent 8 }}
      securityContext:
        {{- include "prep.container-security" . | nindent 8 }}
      resources:
        {{- toYaml .Values.resources | nindent 8 }}
      {{- include "prep.probes" . | nindent 6 }}
      lifecycle:
        preStop:
          # Until every proxy has heard that this pod is leaving.
          sleep:
            seconds: {{ .Values.shutdown.leaveSeconds }}
      volumeMounts:
        - name: tmp
          mountPath: /tmp
  volumes:
    {{- include "prep.tmp-volume" . | nindent 4 }}
{{- end -}}

{{/* The one folder that may be written to. */}}
{{- define "prep.tmp-volume" -}}
- name: tmp
  emptyDir:
    sizeLimit: 64Mi
{{- end -}}

{{- define "prep.pull-secrets" -}}
{{- with .Values.image.pullSecrets -}}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- end -}}
