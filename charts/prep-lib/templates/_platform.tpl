{{/* Namespace of Kafka, PostgreSQL and their poolers: one for each environment, unless a value names another. */}}
{{- define "prep.data-namespace" -}}
{{ default (printf "prep-%s-data" (index . 0).Values.environment) (index . 1) }}
{{- end -}}

{{- define "prep.kafka-namespace" -}}
{{ include "prep.data-namespace" (list . .Values.platform.kafka.namespace) }}
{{- end -}}

{{- define "prep.postgres-namespace" -}}
{{ include "prep.data-namespace" (list . .Values.platform.postgres.namespace) }}
{{- end -}}

{{/* host:port of the brokers' TLS listener. */}}
{{- define "prep.kafka-brokers" -}}
{{- $kafka := .Values.platform.kafka -}}
{{ default (printf "prep-kafka-bootstrap.%s.svc.cluster.local:%d" (include "prep.kafka-namespace" .) (int $kafka.port)) $kafka.bootstrapServers }}
{{- end -}}
