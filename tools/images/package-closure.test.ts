import { expect, test } from 'vitest'
import { packagesIn } from './imported-packages.ts'
import { packageClosure, type Lock } from './package-closure.ts'

const lock: Lock = {
  '': {},
  'node_modules/@prep/http': { link: true },
  'node_modules/web': { dependencies: { router: '^2', native: '1' }, optionalDependencies: { native: '1', absent: '1' }, peerDependencies: { logger: '*', extra: '*' }, peerDependenciesMeta: { extra: { optional: true } } },
  'node_modules/router': {},
  'node_modules/web/node_modules/router': { dependencies: { deep: '1' } },
  'node_modules/deep': {},
  'node_modules/native': {},
  'node_modules/logger': {},
  'node_modules/extra': {},
  'node_modules/other': {},
}

test('an app takes what it imports, and what that needs, each from where Node finds it', () => {
  expect(packageClosure(lock, ['web', '@prep/http'])).toEqual(['node_modules/deep', 'node_modules/logger', 'node_modules/native', 'node_modules/web', 'node_modules/web/node_modules/router'])
})

test('a package that the lock does not have is named', () => {
  expect(() => packageClosure(lock, ['left-pad'])).toThrow('left-pad, which the app imports, is not in package-lock.json.')
})

test('packages are read from every way to import one', () => {
  const text = `import { a } from '@nestjs/common'\nimport 'reflect-metadata'\nexport * from "pg/lib/x"\nconst m = await import('typeorm')\nrequire('pino')\nimport fs from 'node:fs'\nimport { b } from './own.js'\nimport { Readable } from 'stream'`
  expect(packagesIn(text)).toEqual(['@nestjs/common', 'pg', 'pino', 'reflect-metadata', 'typeorm'])
})
