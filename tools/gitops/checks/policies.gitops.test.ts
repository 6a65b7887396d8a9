import { expect, test } from 'vitest'
import { manifestsIn } from '../render/manifest.ts'
import type { Rendered } from '../render/render.ts'
import { policies } from '../policies/all-policies.ts'
import { breaking } from './breaking.ts'
import { renderedTree } from './rendered-tree.ts'

test.each(policies.map((policy) => [policy.says, policy] as const))('%s', async (_, policy) => {
  const broken = (await renderedTree()).flatMap((rendered) => policy.broken(rendered).map((text) => `${rendered.release.id}: ${text}`))
  expect(broken).toEqual([])
})

test.each(policies.map((policy) => [policy.name, policy] as const))('the rule bites where it is broken: %s', async (name, policy) => {
  const { release, change } = breaking[name] ?? { release: 'none', change: [/$/, ''] }
  const whole = (await renderedTree()).find(({ release: { id } }) => id === release)
  expect(whole, `checks/breaking.ts has no change that breaks ${name}`).toBeDefined()
  expect(policy.broken(changed(whole!, change)).length).toBeGreaterThan(0)
})

function changed(whole: Rendered, [from, to]: readonly [RegExp, string]): Rendered {
  const text = whole.text.replace(from, to)
  expect(text, 'the change fits nothing in what is rendered').not.toBe(whole.text)
  return { ...whole, text, manifests: manifestsIn(text) }
}
