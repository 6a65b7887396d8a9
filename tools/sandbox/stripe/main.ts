import { startStripeSandbox } from './server.ts'

/**
 * The sandbox as a process of its own.
 * Environment: HOST (127.0.0.1), PORT (4103), SANDBOX_STATE (a file; in memory only when unset).
 */
const port = Number(process.env['PORT'] ?? 4103)
const statePath = process.env['SANDBOX_STATE']
const log = (level: string, msg: string, more: object = {}) =>
  process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), level, service: 'stripe-sandbox', msg, ...more })}\n`)

try {
  const sandbox = await startStripeSandbox({
    host: process.env['HOST'] ?? '127.0.0.1',
    port,
    ...(statePath === undefined || statePath === '' ? {} : { statePath }),
  })
  log('info', 'listening', { url: sandbox.url })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void sandbox.close().then(() => process.exit(0)))
  }
} catch (error) {
  log('error', `cannot start: ${error instanceof Error ? error.message : String(error)}`, { port })
  process.exit(1)
}
