{{/* The image by digest where there is one (the tag then only tells people which it is), else by tag. Argument: the root. */}}
{{- define "prep.image" -}}
{{- $image := .Values.image -}}
{{- if $image.digest -}}
{{ $image.repository }}@{{ $image.digest }}
{{- else -}}
{{ $image.repository }}:{{ $image.tag }}
{{- end -}}
{{- end -}}
