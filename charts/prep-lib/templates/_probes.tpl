{{/*
Three probes for three questions. Started: everything that the service needs was reached once; it has startupSeconds for
that. Live: the process turns; nothing else, because a restart mends no database. Ready: send traffic. Argument: the root.
*/}}
{{- define "prep.probes" -}}
{{- $probes := .Values.probes -}}
startupProbe:
  httpGet:
    path: /health/started
    port: http
  periodSeconds: 2
  timeoutSeconds: 2
  failureThreshold: {{ div (add $probes.startupSeconds 1) 2 }}
livenessProbe:
  httpGet:
    path: /health/live
    port: http
  periodSeconds: {{ $probes.livenessPeriodSeconds }}
  timeoutSeconds: 3
  failureThreshold: 3
readinessProbe:
  httpGet:
    path: /health/ready
    port: http
  periodSeconds: {{ $probes.readinessPeriodSeconds }}
  timeoutSeconds: 2
  failureThreshold: 2
{{- end -}}
