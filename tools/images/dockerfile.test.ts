import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { repositoryRoot } from '../runtime/repository.ts'
import { buildArguments, readBaseImages } from './base-images.ts'
import { parseDockerfile } from './dockerfile.ts'
import { brokenDockerfileRules, dockerfileRules } from './dockerfile-rules.ts'

const dockerfile = readFileSync(join(repositoryRoot, 'Dockerfile'), 'utf8')

/** For each rule a change that breaks it, and no other. */
const breaking: Record<string, [from: string, to: string]> = {
  'base-images-have-a-version': ['node:24-bookworm-slim', 'node:latest'],
  'runtime-is-distroless': ['FROM ${RUNTIME_IMAGE}', 'FROM ${NODE_IMAGE}'],
  'runtime-is-not-root': ['USER 65532:65532', 'USER root'],
  'runtime-only-copies-what-was-pruned': ['COPY --from=build /out ./', 'COPY --from=build /src ./'],
  'build-prunes-to-one-app': ['RUN node tools/images/prune-app.ts "${APP}" /out', 'RUN cp -r /src /out'],
  'packages-come-from-the-lock': ['npm ci --ignore-scripts', 'npm ci'],
  'nothing-from-the-network-but-packages': ['ENV NX_DAEMON=false', 'RUN curl -sSf https://example.com/tool'],
  'no-secret-in-an-image': ['ARG VERSION=0.0.0', 'ARG NPM_TOKEN'],
  'starts-without-a-shell': ['CMD ["main.js"]', 'CMD node main.js'],
  'same-bytes-same-layer': ['RUN find /out -exec touch', 'RUN find /out -exec stat'],
  'sources-come-after-packages': ['COPY --from=manifests /manifests ./', 'COPY . .'],
}

test('the Dockerfile keeps every rule', () => {
  expect(brokenDockerfileRules(dockerfile)).toEqual([])
})

test.each(dockerfileRules)('the rule bites where it is broken: $name', ({ name }) => {
  const [from, to] = breaking[name] ?? ['', '']
  expect(dockerfile).toContain(from)
  const broken = brokenDockerfileRules(dockerfile.replace(from, to))
  expect([...new Set(broken.map((line) => line.split(':')[0]))]).toEqual([name])
})

test('continued lines and comments are read as Docker reads them', () => {
  const { stages } = parseDockerfile('ARG A=x:1\nFROM ${A} AS one\nRUN a && \\\n  # why\n  b\nFROM one\nUSER 5\n')
  expect(stages.map(({ name, base }) => `${name} ${base}`)).toEqual(['one x:1', '1 one'])
  expect(stages[0]?.instructions).toEqual([{ line: 3, name: 'RUN', text: 'a && b' }])
})

test('the base images of the Dockerfile are those that are listed', () => {
  const listed = Object.entries(readBaseImages()).map(([name, { image }]) => [name, image])
  expect([...parseDockerfile(dockerfile).arguments]).toEqual(listed)
})

test('a release is built from digests only', () => {
  const digest = `sha256:${'a'.repeat(64)}`
  expect(buildArguments({ NODE_IMAGE: { image: 'node:24', digest } }, true)).toEqual([`NODE_IMAGE=node:24@${digest}`])
  expect(buildArguments({ NODE_IMAGE: { image: 'node:24', digest: null } }, false)).toEqual(['NODE_IMAGE=node:24'])
  expect(() => buildArguments({ NODE_IMAGE: { image: 'node:24', digest: null } }, true)).toThrow('NODE_IMAGE has no digest: look at it (docker buildx imagetools inspect node:24)')
})
