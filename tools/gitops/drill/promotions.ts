import { bump } from '../promote/bump.ts'
import { promote } from '../promote/promote.ts'
import type { Environment } from '../render/releases.ts'
import { failed, type Act } from './act.ts'
import { kept } from './repository.ts'
import { imageOf, untilCompared, untilItRuns, type Stage } from './stage.ts'

/** What CI has built for each service that moves. */
const built = { version: '0.2.0', digest: `sha256:${'1'.repeat(64)}` }

const bumpDev: Act = {
  id: 'bump',
  title: 'dev takes a new version',
  play: (stage) => moves(stage, 'dev', ['staging', 'prod'], async ({ repository }) => {
    const commit = await repository.head()
    return repository.commit(`${kept.join(' and ')} ${built.version} in dev`, () => kept.forEach((name) => bump(repository.root, name, { ...built, commit })))
  }),
}

function promotion(id: string, title: string, from: Environment, to: Environment, others: readonly Environment[]): Act {
  return { id, title, play: (stage) => moves(stage, to, others, () => promoteAll(stage, from, to)) }
}

/** As `./prep promote` does it, a branch for each service; then each is merged. */
async function promoteAll({ cluster, repository }: Stage, from: Environment, to: Environment): Promise<string> {
  for (const app of kept) {
    const { branch } = await promote(repository.root, { app, from, to }, cluster.plane.tools.helm, { allow: false })
    await repository.merge(branch)
  }
  return repository.head()
}

/** Plays a change of one environment, and waits until it is there; the others must have looked at it and stayed as they are. */
async function moves(stage: Stage, environment: Environment, others: readonly Environment[], change: (stage: Stage) => Promise<string>): Promise<string> {
  const imagesOf = (one: Environment): Promise<string[]> => Promise.all(kept.map((name) => imageOf(stage, one, name)))
  const before = await Promise.all(others.map(imagesOf))
  const commit = await change(stage)
  await stage.applications.refresh()
  await Promise.all(kept.map((name) => untilItRuns(stage, environment, name)))
  for (const [index, other] of others.entries()) {
    for (const name of kept) await untilCompared(stage, `${other}-${name}`, commit)
    if ((await imagesOf(other)).join() !== before[index]?.join()) throw failed(`${other} moved with ${environment}.`)
  }
  return `${environment} runs ${(await imagesOf(environment)).map(short).join(' and ')}; ${others.join(' and ')} looked at the same commit and did not move`
}

const rollback: Act = {
  id: 'revert',
  title: 'git revert rolls prod back',
  play: async (stage) => {
    const [before, begun] = [await imageOf(stage, 'prod'), performance.now()]
    await stage.repository.revert(`HEAD~${kept.length}..HEAD`)
    await stage.applications.refresh()
    await Promise.all(kept.map((name) => untilItRuns(stage, 'prod', name)))
    const seconds = ((performance.now() - begun) / 1000).toFixed(1)
    return `${kept.join(' and ')} from ${tag(before)} to ${tag(await imageOf(stage, 'prod'))}, ready, ${seconds} s after git revert (limit: 5 minutes)`
  },
}

function short(image: string): string {
  return image.replace(/^.*\//, '').replace(/(sha256:.{8}).*/, '$1')
}

function tag(image: string): string {
  return short(image).replace(/^.*?[@:]/, '')
}

/** Services take a version to dev, go on to staging and to prod, each alone, and back. */
export const promotions: readonly Act[] = [
  bumpDev,
  promotion('promote-staging', './prep promote moves staging, not prod', 'dev', 'staging', ['prod']),
  promotion('promote-prod', 'prod moves with its own folder', 'staging', 'prod', ['dev', 'staging']),
  rollback,
]
