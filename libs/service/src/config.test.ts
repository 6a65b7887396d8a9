import { describe, expect, it } from 'vitest'
import { configText } from './config.ts'
import { ConfigError, flag, integer, oneOf, optionalText, optionalUrl, readConfig, text, url } from './index.ts'

const spec = {
  key: text('STRIPE_API_KEY', { pattern: /^sk_/ }),
  base: optionalUrl('STRIPE_API_BASE'),
  attempts: integer('ATTEMPTS', { default: 3, min: 1, max: 10 }),
  dry: flag('DRY', { default: false }),
  mode: oneOf('MODE', ['live', 'test'], { default: 'test' }),
  database: url('DATABASE_URL', { protocols: ['postgres'] }),
  note: optionalText('NOTE'),
}

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    readConfig(spec, env)
    return []
  } catch (error) {
    return (error as ConfigError).problems
  }
}

describe('settings', () => {
  it('are read by type, with defaults and the common ones', () => {
    const config = readConfig(spec, { STRIPE_API_KEY: 'sk_1', DATABASE_URL: 'postgres://u:p@h:5/db', ATTEMPTS: ' 5 ', DRY: 'yes', PORT: '4001', STRIPE_API_BASE: 'http://127.0.0.1:9/' })
    expect(config).toEqual({
      host: '127.0.0.1', port: 4001, logLevel: 'info', key: 'sk_1', base: 'http://127.0.0.1:9', attempts: 5, dry: true, mode: 'test',
      database: 'postgres://u:p@h:5/db', note: undefined,
    })
    expect(() => ((config as { port: number }).port = 1)).toThrow(TypeError)
  })

  it('are refused all at once, each by the name of its variable', () => {
    expect(problemsOf({ PORT: '70000', LOG_LEVEL: 'loud', STRIPE_API_KEY: 'pk_1', ATTEMPTS: '1.5', DRY: 'maybe', MODE: 'prod', STRIPE_API_BASE: 'ftp://x' })).toEqual([
      'PORT must be a whole number from 0 to 65535',
      'LOG_LEVEL must be one of trace, debug, info, warn, error, fatal, silent',
      'STRIPE_API_KEY must match ^sk_',
      'STRIPE_API_BASE must be an address that begins with http:// or https://',
      'ATTEMPTS must be a whole number from 1 to 10',
      'DRY must be true or false',
      'MODE must be one of live, test',
      'DATABASE_URL is required',
    ])
  })

  it('never show a value that may be secret', () => {
    expect(problemsOf({ STRIPE_API_KEY: 'pk_secret', DATABASE_URL: 'mysql://user:secret@host/db' }).join()).not.toContain('secret')
  })

  it('are told to a person with one line each', () => {
    expect(configText(new ConfigError(['A is required', 'B must be true or false']))).toBe(
      'The settings cannot be used (SVC_CONFIG_INVALID):\n  A is required\n  B must be true or false\nMend these environment variables and start again.\n',
    )
  })
})
