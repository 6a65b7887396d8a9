import { describe, expect, it } from 'vitest'
import { parseForm } from './form.ts'

describe('a form body as Stripe spells it', () => {
  it('reads plain and nested names and lists', () => {
    expect(parseForm('amount=100&metadata[booking_id]=b-1&metadata[note]=a%20b&expand[0]=latest_charge&expand[]=x&created[gte]=5')).toEqual({
      amount: '100', metadata: { booking_id: 'b-1', note: 'a b' }, expand: ['latest_charge', 'x'], created: { gte: '5' },
    })
  })

  it('takes encoded brackets as well', () => {
    expect(parseForm('metadata%5Bkey%5D=value')).toEqual({ metadata: { key: 'value' } })
  })

  it.each(['__proto__[x]=1', 'a[__proto__]=1', 'a[b][c][d][e][f][g]=1', 'sp ace=1'])('refuses %s', body => {
    expect(() => parseForm(body)).toThrow('Received unknown parameter')
  })
})
