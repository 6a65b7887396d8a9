{{/* A list of kinds out of project/<name>.yaml, where `group: [Kind, Kind]` reads better. Argument: list of name and root. */}}
{{- define "prep.kinds" -}}
{{- $groups := (index . 1).Files.Get (printf "project/%s.yaml" (index . 0)) | fromYaml -}}
{{- $lines := list }}
{{- range $group, $kinds := $groups }}
{{- range $kind := $kinds }}
{{- $lines = append $lines (dict "group" (ternary "" $group (eq $group "core")) "kind" $kind) }}
{{- end }}
{{- end }}
{{- toYaml $lines }}
{{- end -}}
