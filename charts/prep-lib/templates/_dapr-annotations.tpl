{{/*
The sidecar, as tools/runtime/sidecar.ts starts it locally: without a health check of the app (ADR 0014), and told to end
together with it. It then takes nothing more from Kafka, and stays long enough for what the app still publishes; hence
no native sidecar, which would hear of the end only after the app. Capabilities (drop ALL), non-root and the read-only
root are settings of Dapr's injector, not of a pod: charts/README.md says which. Argument: the root.
*/}}
{{- define "prep.dapr-annotations" -}}
{{- $dapr := .Values.dapr -}}
{{- $size := $dapr.resources -}}
dapr.io/enabled: "true"
dapr.io/app-id: {{ .Values.app | quote }}
dapr.io/app-port: {{ .Values.port | quote }}
dapr.io/app-protocol: http
dapr.io/config: {{ $dapr.config | quote }}
dapr.io/enable-app-health-check: "false"
dapr.io/block-shutdown-duration: {{ printf "%ds" (int $dapr.blockShutdownSeconds) | quote }}
dapr.io/graceful-shutdown-seconds: {{ $dapr.gracefulShutdownSeconds | quote }}
dapr.io/max-body-size: 32Mi
dapr.io/api-token-secret: {{ printf "%s-dapr-api-token" .Values.app | quote }}
dapr.io/app-token-secret: {{ printf "%s-app-api-token" .Values.app | quote }}
dapr.io/disable-builtin-k8s-secret-store: "true"
# No actors, jobs or workflows: neither placement nor scheduler.
dapr.io/placement-host-address: ""
dapr.io/scheduler-host-address: ""
dapr.io/sidecar-seccomp-profile-type: RuntimeDefault
dapr.io/sidecar-cpu-request: {{ $size.requests.cpu | quote }}
dapr.io/sidecar-cpu-limit: {{ $size.limits.cpu | quote }}
dapr.io/sidecar-memory-request: {{ $size.requests.memory | quote }}
dapr.io/sidecar-memory-limit: {{ $size.limits.memory | quote }}
{{- if $dapr.pubsub }}
# What the components in charts/prep-dapr refer to: each app is a user of its own to Kafka.
dapr.io/env: {{ printf "GOMAXPROCS=1,GOMEMLIMIT=%s,PREP_KAFKA_BROKERS=%s,PREP_KAFKA_USER=%s" $dapr.memoryGoal (include "prep.kafka-brokers" .) .Values.app | quote }}
dapr.io/env-from-secret: {{ printf "PREP_KAFKA_PASSWORD=%s-kafka:password" .Values.app | quote }}
{{- else }}
dapr.io/env: {{ printf "GOMAXPROCS=1,GOMEMLIMIT=%s" $dapr.memoryGoal | quote }}
{{- end }}
dapr.io/enable-metrics: "true"
dapr.io/metrics-port: "9090"
dapr.io/log-as-json: "true"
dapr.io/log-level: {{ $dapr.logLevel | quote }}
{{- end -}}
