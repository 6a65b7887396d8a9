{{/*
The sidecar, as tools/runtime/sidecar.ts starts it locally. It is a native sidecar: it starts before the app and ends
after it, so that the relay can still publish while the app drains. Capabilities (drop ALL), non-root and the read-only
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
dapr.io/enable-native-sidecar: "true"
dapr.io/enable-app-health-check: "true"
dapr.io/app-health-check-path: {{ $dapr.appHealth.path | quote }}
dapr.io/app-health-probe-interval: {{ $dapr.appHealth.intervalSeconds | quote }}
dapr.io/app-health-probe-timeout: "1500"
dapr.io/app-health-threshold: {{ $dapr.appHealth.threshold | quote }}
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
# The collector works harder near this; it never refuses memory.
dapr.io/env: {{ printf "GOMEMLIMIT=%s" $dapr.memoryGoal | quote }}
dapr.io/enable-metrics: "true"
dapr.io/metrics-port: "9090"
dapr.io/log-as-json: "true"
dapr.io/log-level: {{ $dapr.logLevel | quote }}
{{- end -}}
