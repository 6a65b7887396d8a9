{{/* Replicas of one app spread over zones and nodes, as far as there are any. Argument: the root. */}}
{{- define "prep.scheduling" -}}
affinity:
  podAntiAffinity:
    preferredDuringSchedulingIgnoredDuringExecution:
      - weight: 100
        podAffinityTerm:
          topologyKey: kubernetes.io/hostname
          labelSelector:
            matchLabels:
              {{- include "prep.selector" (list . "service") | nindent 14 }}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: topology.kubernetes.io/zone
    whenUnsatisfiable: {{ .Values.spread.zones }}
    labelSelector:
      matchLabels:
        {{- include "prep.selector" (list . "service") | nindent 8 }}
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "prep.selector" (list . "service") | nindent 8 }}
{{- end -}}
