import { nameOf, type Manifest } from '../render/manifest.ts'
import { eachContainer } from './pods.ts'
import type { Policy } from './policy.ts'

/** Forms that a credential has whatever it is called. */
const credentials: ReadonlyArray<readonly [string, RegExp]> = [
  ['a private key', /-----BEGIN [A-Z ]*PRIVATE KEY-----/],
  ['a password in an address', /[a-z][a-z0-9+.-]*:\/\/[^\s/:@{}$]+:[^\s/@{}$]+@/i],
  ["a card provider's key", /\b[sr]k_(live|test)_[0-9A-Za-z]{8,}/],
  ['an access key of a cloud', /\bAKIA[0-9A-Z]{16}\b/],
  ["a forge's token", /\bgh[pousr]_[0-9A-Za-z]{20,}/],
  ['a JSON web token', /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\./],
]

/** Names whose value has to come from a secret. */
const secretName = /(PASSWORD|PASSWD|SECRET|TOKEN|PRIVATE_KEY|API_KEY|DATABASE_URL|SMTP_URL|CREDENTIALS?)$/i

function credentialsIn(manifest: Manifest): string[] {
  const text = JSON.stringify(manifest)
  return credentials.filter(([, form]) => form.test(text)).map(([name]) => `${nameOf(manifest)} holds ${name}`)
}

export const secrets: readonly Policy[] = [
  {
    name: 'no-secret-in-the-tree',
    says: 'No manifest is a Secret: an ExternalSecret names where it is kept.',
    broken: ({ manifests }) => manifests.filter(({ kind }) => kind === 'Secret').map((manifest) => `${nameOf(manifest)} is a Secret`),
  },
  {
    name: 'no-credential-in-a-value',
    says: 'No value of any manifest has the form of a credential.',
    broken: ({ manifests }) => manifests.flatMap(credentialsIn),
  },
  {
    name: 'secret-variables-come-from-secrets',
    says: 'A variable that is called a secret is read from one.',
    broken: (rendered) => eachContainer(rendered, ({ env = [] }) => env
      .filter(({ name, value, valueFrom }) => secretName.test(name) && (value ?? '') !== '' && valueFrom === undefined)
      .map(({ name }) => `sets ${name} to a plain value`)),
  },
]
