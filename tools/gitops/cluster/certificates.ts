import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { GitopsError } from '../errors.ts'

/** Paths of PEM files. */
export interface Certificates {
  readonly authority: string
  readonly server: { readonly certificate: string, readonly key: string }
  /** Of the group system:masters. */
  readonly admin: { readonly certificate: string, readonly key: string }
  /** Signs the tokens of service accounts. */
  readonly tokens: { readonly publicKey: string, readonly key: string }
}

/**
 * An authority of its own for one control plane on loopback, by openssl; good for a day.
 * @throws GitopsError GITOPS_PREREQUISITE_MISSING
 */
export function makeCertificates(folder: string): Certificates {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const at = (name: string): string => join(folder, name)
  writeFileSync(at('server.ext'), 'subjectAltName=IP:127.0.0.1,DNS:localhost,DNS:kubernetes.default.svc\n')
  openssl(['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1', '-subj', '/CN=prep-drill', '-keyout', at('authority.key'), '-out', at('authority.pem')])
  sign(folder, 'server', '/CN=kube-apiserver', ['-extfile', at('server.ext')])
  sign(folder, 'admin', '/O=system:masters/CN=prep-admin')
  openssl(['genrsa', '-out', at('tokens.key'), '2048'])
  openssl(['rsa', '-in', at('tokens.key'), '-pubout', '-out', at('tokens.pub')])
  return {
    authority: at('authority.pem'),
    server: { certificate: at('server.pem'), key: at('server.key') },
    admin: { certificate: at('admin.pem'), key: at('admin.key') },
    tokens: { publicKey: at('tokens.pub'), key: at('tokens.key') },
  }
}

function sign(folder: string, name: string, subject: string, more: readonly string[] = []): void {
  const at = (ending: string): string => join(folder, `${name}.${ending}`)
  openssl(['req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', subject, '-keyout', at('key'), '-out', at('csr')])
  openssl(['x509', '-req', '-in', at('csr'), '-CA', join(folder, 'authority.pem'), '-CAkey', join(folder, 'authority.key'), '-CAcreateserial', '-days', '1', '-out', at('pem'), ...more])
}

function openssl(args: readonly string[]): void {
  try {
    execFileSync('openssl', args, { stdio: 'pipe' })
  } catch (cause) {
    throw new GitopsError('GITOPS_PREREQUISITE_MISSING', { message: 'The control plane needs certificates, and openssl cannot make them.', hint: 'Get it: sudo apt-get install -y openssl', cause })
  }
}
