{{/* Sync policy and what is not compared, of every Application of an environment. Argument: its entry in syncPolicies. */}}
{{- define "prep.application-policy" -}}
revisionHistoryLimit: 10
syncPolicy:
  automated:
    prune: {{ .prune }}
    selfHeal: true
    # A render that comes out empty is a mistake, not a wish to delete everything.
    allowEmpty: false
  retry:
    limit: {{ .retries }}
    # A newer commit ends the retries of an older one: a revert does not wait behind what it reverts.
    refresh: true
    backoff:
      duration: 2s
      factor: 2
      maxDuration: 3m
  syncOptions:
    - ServerSideApply=true
    - ApplyOutOfSyncOnly=true
    - RespectIgnoreDifferences=true
    # What is removed goes last, after what replaces it is healthy.
    - PruneLast=true
    - FailOnSharedResource=true
# What controllers fill in.
ignoreDifferences:
  # The autoscaler's business (HPA, KEDA).
  - group: apps
    kind: Deployment
    jsonPointers: [/spec/replicas]
  - group: argoproj.io
    kind: Rollout
    jsonPointers: [/spec/replicas]
  # KEDA's own HPA, and what its operator keeps on the object.
  - group: keda.sh
    kind: ScaledObject
    jsonPointers: [/metadata/labels/scaledobject.keda.sh~1name]
  # Blue and green, canary and stable: Argo Rollouts says which pods a service means.
  - group: ""
    kind: Service
    jqPathExpressions: ['.spec.selector."rollouts-pod-template-hash"']
    jsonPointers: [/metadata/annotations/argo-rollouts.argoproj.io~1managed-by-rollouts]
  - group: gateway.networking.k8s.io
    kind: HTTPRoute
    managedFieldsManagers: [rollouts-controller]
  # Defaults that the webhook of External Secrets writes.
  - group: external-secrets.io
    kind: ExternalSecret
    jqPathExpressions:
      - .spec.data[]?.remoteRef.conversionStrategy
      - .spec.data[]?.remoteRef.decodingStrategy
      - .spec.data[]?.remoteRef.metadataPolicy
      - .spec.dataFrom[]?.extract.conversionStrategy
      - .spec.dataFrom[]?.extract.decodingStrategy
      - .spec.dataFrom[]?.extract.metadataPolicy
      - .spec.target.deletionPolicy
      - .spec.refreshPolicy
{{- end -}}
