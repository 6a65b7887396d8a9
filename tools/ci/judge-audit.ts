/** As `npm audit --json` prints it (version 2); only what is read here. */
export interface AuditReport {
  readonly error?: { readonly summary?: string, readonly code?: string }
  readonly vulnerabilities?: Readonly<Record<string, { readonly via: readonly (string | Advisory)[] }>>
}

export interface Advisory {
  /** https://github.com/advisories/GHSA-... */
  readonly url: string
  readonly title: string
  readonly severity: string
  readonly name: string
  readonly range: string
}

/** Advisories that are accepted for a time; each says why, and who looks again when. */
export interface AllowList {
  readonly refuseFrom: 'low' | 'moderate' | 'high' | 'critical'
  readonly longestDays: number
  readonly allowed: readonly { readonly advisory: string, readonly until: string, readonly why: string }[]
}

export interface Verdict {
  /** Sentences; each is a reason to fail. */
  readonly refused: readonly string[]
  readonly notes: readonly string[]
}

const severities = ['info', 'low', 'moderate', 'high', 'critical']
const DAY_MS = 24 * 3600_000

/** Holds what npm found against what is allowed today. */
export function judge(report: AuditReport, list: AllowList, today: Date): Verdict {
  const failed = report.error
  if (failed !== undefined || report.vulnerabilities === undefined) return { refused: [`npm audit did not run: ${[failed?.summary, failed?.code, 'no report'].find((text) => text !== undefined && text !== '')}.`], notes: [] }
  const found = advisoriesIn(report)
  const date = today.toISOString().slice(0, 10)
  const entries = list.allowed.map((entry) => ({ ...entry, isOver: entry.until < date }))
  const open = new Set(entries.filter(({ isOver }) => !isOver).map(({ advisory }) => advisory))
  const refused = found.filter(({ severity, id }) => severities.indexOf(severity) >= severities.indexOf(list.refuseFrom) && !open.has(id))
  return {
    refused: [
      ...problemsOf(list, today),
      ...refused.map(({ id, severity, name, range, title }) => `${id} (${severity}) in ${name} ${range}: ${title}. Update it, or allow it in tools/ci/allowed.yaml with an end.`),
      ...entries.filter(({ isOver, advisory }) => isOver && found.some(({ id }) => id === advisory)).map(({ advisory, until }) => `${advisory} was allowed until ${until}. Decide again.`),
    ],
    notes: entries.filter(({ advisory }) => !found.some(({ id }) => id === advisory)).map(({ advisory }) => `${advisory} is found no more: take it out of tools/ci/allowed.yaml.`),
  }
}

function problemsOf(list: AllowList, today: Date): string[] {
  return list.allowed.flatMap(({ advisory, until, why }) => [
    ...(/^GHSA(-[0-9a-z]{4}){3}$/.test(advisory) ? [] : [`${advisory} is no advisory (GHSA-...).`]),
    ...(/^\d{4}-\d{2}-\d{2}$/.test(until) ? [] : [`${advisory}: until ${until} is no date.`]),
    ...(Date.parse(until) - today.getTime() > list.longestDays * DAY_MS ? [`${advisory}: ${until} is more than ${list.longestDays} days away.`] : []),
    ...(why.trim().length >= 10 ? [] : [`${advisory}: say why it is allowed.`]),
  ])
}

/** Each advisory once, though many packages bring it in. */
function advisoriesIn(report: AuditReport): (Advisory & { readonly id: string })[] {
  const found = new Map<string, Advisory & { id: string }>()
  for (const { via } of Object.values(report.vulnerabilities ?? {})) {
    for (const cause of via) {
      if (typeof cause === 'string') continue
      const id = cause.url.split('/').at(-1) ?? cause.url
      found.set(id, { ...cause, id })
    }
  }
  return [...found.values()]
}
