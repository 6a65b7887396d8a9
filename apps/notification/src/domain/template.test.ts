import { expect, it } from 'vitest'
import { renderTemplate } from './template.ts'

const template = 'Subject: For {{name}}\n\nHello {{name}}, again {{name}}.\n'

it('puts values into subject and body', () => {
  expect(renderTemplate('t', template, { name: 'Ada' })).toEqual({
    subject: 'For Ada',
    body: 'Hello Ada, again Ada.\n',
  })
})

it('takes a value for a value: no placeholder, pattern or line break in it has an effect', () => {
  const name = "{{name}} $& $'\r\nBcc: everybody@example.org\u2028!"
  expect(renderTemplate('t', template, { name }).subject).toBe("For {{name}} $& $' Bcc: everybody@example.org !")
})

it.each([
  ['does not begin with', 'Hello {{name}}'],
  ['uses {{price}}, which this message does not have', 'Subject: s\n\n{{price}}'],
  ['uses {{constructor}}, which this message does not have', 'Subject: s\n\n{{constructor}}'],
])('refuses a template that %s', (fault, broken) => {
  expect(() => renderTemplate('t', broken, { name: 'Ada' })).toThrow(
    expect.objectContaining({ code: 'NOTIFICATION_TEMPLATE_BROKEN', message: expect.stringContaining(fault) }),
  )
})
