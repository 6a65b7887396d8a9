import { expect, test } from 'vitest'
import { isHealthy, stateOf } from './applications.ts'

test('an Application tells in a line what it is and why', () => {
  const application = {
    metadata: { name: 'prod-booking' },
    status: {
      sync: { status: 'OutOfSync' },
      health: { status: 'Progressing' },
      conditions: [{ type: 'SyncError', message: 'not permitted in project' }],
      resources: [{ kind: 'Job', name: 'booking-migrate', health: { status: 'Progressing' } }],
    },
  }
  expect(stateOf(application)).toBe('prod-booking: OutOfSync, Progressing Job/booking-migrate Progressing; not permitted in project')
  expect(isHealthy(application)).toBe(false)
})

test('healthy means healthy and in step with git', () => {
  expect(isHealthy({ metadata: { name: 'a' }, status: { sync: { status: 'Synced' }, health: { status: 'Healthy' } } })).toBe(true)
  expect(isHealthy({ metadata: { name: 'a' }, status: { sync: { status: 'OutOfSync' }, health: { status: 'Healthy' } } })).toBe(false)
})
