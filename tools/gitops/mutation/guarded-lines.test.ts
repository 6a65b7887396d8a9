import { expect, test } from 'vitest'
import { guardedLines } from './guarded-lines.ts'

const deployment = `kind: Deployment
spec:
  securityContext:
    # why
    runAsNonRoot: true

  containers:
    - name: app
      livenessProbe:
        httpGet:
          path: /live
      image: x
`

test('blocks are guarded to their end, without comments and what stands beside them', () => {
  expect(guardedLines(deployment).map(({ subject, text }) => [subject, text.trim()])).toEqual([
    ['security context', 'securityContext:'],
    ['security context', 'runAsNonRoot: true'],
    ['probe', 'livenessProbe:'],
    ['probe', 'httpGet:'],
    ['probe', 'path: /live'],
  ])
})

test('a network policy and a disruption budget are guarded whole', () => {
  expect(guardedLines('kind: NetworkPolicy\nmetadata:\n  name: a\n').map(({ text }) => text)).toEqual(['kind: NetworkPolicy', 'metadata:', '  name: a'])
  expect(guardedLines('kind: PodDisruptionBudget\n')).toHaveLength(1)
})
