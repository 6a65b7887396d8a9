import { describe, expect, it } from 'vitest'
import { paymentConfig } from './payment.config.ts'

const GOOD = { DATABASE_URL: 'postgres://prep:x@127.0.0.1:1/payment', STRIPE_API_KEY: 'sk_test_sandbox' }

describe('the settings', () => {
  it('lead to Stripe itself unless another server is named', () => {
    expect(paymentConfig(GOOD)).toMatchObject({ stripeApiBase: undefined, stripeTimeoutMs: 10_000 })
    expect(paymentConfig({ ...GOOD, STRIPE_API_BASE: 'http://127.0.0.1:4103' }).stripeApiBase).toBe('http://127.0.0.1:4103')
  })

  it('name every problem at once and never show the key', () => {
    const read = () => paymentConfig({ STRIPE_API_KEY: 'my secret', STRIPE_API_BASE: 'http://stripe.example' })
    expect(read).toThrow(/DATABASE_URL/)
    expect(read).toThrow(/STRIPE_API_KEY/)
    expect(read).toThrow(/STRIPE_API_BASE must begin with https/)
    expect(read).not.toThrow(/my secret/)
  })
})
