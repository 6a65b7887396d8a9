{{/* What a schema cannot say, each as a sentence that names the values. Renders nothing. Argument: the root. */}}
{{- define "prep.validate" -}}
{{- include "prep.validate-image" . -}}
{{- include "prep.validate-scaling" . -}}
{{- include "prep.validate-shutdown" . -}}
{{- include "prep.validate-sidecar" . -}}
{{- include "prep.validate-environment" . -}}
{{- end -}}

{{- define "prep.validate-image" -}}
{{- $image := .Values.image -}}
{{- if and (not $image.tag) (not $image.digest) -}}
{{- fail (printf "image.tag and image.digest are both empty: version.yaml of %s in %s must name one of them." .Values.app .Values.environment) -}}
{{- end -}}
{{- if eq $image.tag "latest" -}}
{{- fail "image.tag is latest: nobody can say later what that was. Name a version." -}}
{{- end -}}
{{- if and (eq .Values.environment "prod") (not $image.digest) -}}
{{- fail (printf "image.digest is empty: in prod an image is named by its digest (sha256:...), not by the tag %q, which can move." $image.tag) -}}
{{- end -}}
{{- end -}}

{{- define "prep.validate-scaling" -}}
{{- $scaling := .Values.scaling -}}
{{- $consumes := not (empty .Values.consumes) -}}
{{- $most := ternary $scaling.min $scaling.max (eq $scaling.kind "fixed") | int -}}
{{- if gt (int $scaling.min) (int $scaling.max) -}}
{{- fail (printf "scaling.min is %d and scaling.max is %d: the fewest replicas cannot be more than the most." (int $scaling.min) (int $scaling.max)) -}}
{{- end -}}
{{- if and (eq $scaling.kind "lag") (not $consumes) -}}
{{- fail (printf "scaling.kind is lag, but consumes is empty: %s reads no topic, so scale it by cpu." .Values.app) -}}
{{- end -}}
{{- if and (eq $scaling.kind "cpu") $consumes -}}
{{- fail (printf "scaling.kind is cpu, but %s reads topics (consumes): scale it by lag; processor and memory count there too." .Values.app) -}}
{{- end -}}
{{- if and $consumes (gt $most (int .Values.partitions)) -}}
{{- fail (printf "scaling allows %d replicas, but a topic has %d partitions: the replicas above that would never get a message. Lower scaling.max, or give the topics more partitions." $most (int .Values.partitions)) -}}
{{- end -}}
{{- if and $consumes (ne .Values.rollout.kind "none") -}}
{{- fail (printf "rollout.kind is %s, but %s reads topics (consumes): a new version would share the consumer group with the old one and get real messages before it is trusted. Consumers roll: set rollout.kind to none." .Values.rollout.kind .Values.app) -}}
{{- end -}}
{{- end -}}

{{- define "prep.validate-shutdown" -}}
{{- $shutdown := .Values.shutdown -}}
{{- $sidecar := ternary (add .Values.dapr.blockShutdownSeconds .Values.dapr.gracefulShutdownSeconds) 0 .Values.dapr.enabled | int -}}
{{- $needed := add $shutdown.leaveSeconds $shutdown.drainSeconds $sidecar | int -}}
{{- if le (int $shutdown.graceSeconds) $needed -}}
{{- fail (printf "shutdown.graceSeconds is %d, but leaving, draining and the sidecar's end take up to %d s: the pod would be killed with messages in flight. Set it higher." (int $shutdown.graceSeconds) $needed) -}}
{{- end -}}
{{- end -}}

{{- define "prep.validate-sidecar" -}}
{{- $ends := add .Values.shutdown.leaveSeconds .Values.shutdown.drainSeconds | int -}}
{{- if and .Values.dapr.enabled (lt (int .Values.dapr.blockShutdownSeconds) $ends) -}}
{{- fail (printf "dapr.blockShutdownSeconds is %d, but the app may take %d s to leave and drain: what it still publishes would find no sidecar. Set it to %d or more." (int .Values.dapr.blockShutdownSeconds) $ends $ends) -}}
{{- end -}}
{{- end -}}

{{- define "prep.validate-environment" -}}
{{- if and .Values.migration.enabled (not .Values.database.enabled) -}}
{{- fail "migration.enabled is true, but database.enabled is false: there is nothing to migrate. Set migration.enabled to false." -}}
{{- end -}}
{{- if and .Values.ingress.enabled (not .Values.ingress.host) -}}
{{- fail "ingress.enabled is true, but ingress.host is empty: name the host that clients call." -}}
{{- end -}}
{{- if and (ne .Values.rollout.kind "none") (eq .Values.scaling.kind "fixed") (lt (int .Values.scaling.min) 2) -}}
{{- fail (printf "rollout.kind is %s with one replica: there is nothing to compare. Set rollout.kind to none, or scaling.min to 2 or more." .Values.rollout.kind) -}}
{{- end -}}
{{- range $name := concat (keys .Values.env) (keys .Values.secretEnv) | sortAlpha -}}
{{- if not (regexMatch "^[A-Z][A-Z0-9_]*$" $name) -}}
{{- fail (printf "env and secretEnv hold %q: a setting is named in capitals, digits and _, as the service reads it." $name) -}}
{{- end -}}
{{- if has $name (list "NODE_ENV" "NODE_OPTIONS" "HOST" "PORT" "LOG_LEVEL" "DATABASE_URL" "DAPR_API_TOKEN" "APP_API_TOKEN") -}}
{{- fail (printf "%s is set by the chart itself (port, logLevel, nodeOptions, database, dapr): it cannot stand in env or secretEnv too." $name) -}}
{{- end -}}
{{- end -}}
{{- range $name, $value := .Values.env -}}
{{- if regexMatch "PASSWORD|SECRET|TOKEN|API_KEY|DATABASE_URL|SMTP_URL|PRIVATE" $name -}}
{{- fail (printf "env.%s looks like a secret, and what stands here stands in git. Keep it in the secret store and name its key in secretEnv.%s." $name $name) -}}
{{- end -}}
{{- if hasKey $.Values.secretEnv $name -}}
{{- fail (printf "%s stands in env and in secretEnv: say it once." $name) -}}
{{- end -}}
{{- end -}}
{{- end -}}
