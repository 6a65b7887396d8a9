import { readFileSync, writeFileSync } from 'node:fs'
import { stringify } from 'yaml'
import type { Certificates } from './certificates.ts'

/** Writes what kubectl and every component need to be let in as administrator. */
export function writeKubeconfig(file: string, server: string, { authority, admin }: Certificates): void {
  const data = (path: string): string => readFileSync(path).toString('base64')
  writeFileSync(file, stringify({
    'apiVersion': 'v1',
    'kind': 'Config',
    'clusters': [{ name: 'prep', cluster: { server, 'certificate-authority-data': data(authority) } }],
    'users': [{ name: 'admin', user: { 'client-certificate-data': data(admin.certificate), 'client-key-data': data(admin.key) } }],
    'contexts': [{ name: 'prep', context: { cluster: 'prep', user: 'admin' } }],
    'current-context': 'prep',
  }), { mode: 0o600 })
}
