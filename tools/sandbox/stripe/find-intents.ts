import { drawIntent } from './draw.ts'
import type { Form } from './form.ts'
import { Parameters } from './parameters.ts'
import type { IntentRecord } from './records.ts'
import { StripeRefusal } from './refusal.ts'
import type { Store } from './store.ts'

/** A page of intents, newest first. */
export function listIntents(store: Store, form: Form): object {
  const given = new Parameters(form, ['created', 'customer', 'ending_before', 'limit', 'starting_after'])
  const limit = Math.min(given.integer('limit', 1) ?? 10, 100)
  const { gte, lte } = given.created()
  const before = cursor(store, given, 'ending_before')
  const after = cursor(store, given, 'starting_after')
  const all = newestFirst(store).filter(({ created, sequence }) => created >= gte && created <= lte
    && (before === null || sequence > before) && (after === null || sequence < after))
  const page = before === null ? all.slice(0, limit) : all.slice(-limit)
  return { object: 'list', url: '/v1/payment_intents', has_more: all.length > limit, data: page.map((intent) => drawn(store, intent, given)) }
}

function cursor(store: Store, given: Parameters, name: string): number | null {
  const id = given.text(name)
  if (id === null) return null
  const intent = store.intents.get(id)
  if (intent === undefined) throw StripeRefusal.missing('payment_intent', id, name, 400)
  return intent.sequence
}

/**
 * Stripe's search, as far as `field:'value'` and `metadata['key']:'value'` joined by AND.
 * `lagMs` makes it as late as the real one, which shows a new record after up to a minute.
 */
export function searchIntents(store: Store, form: Form, lagMs: number): object {
  const given = new Parameters(form, ['limit', 'page', 'query'])
  const limit = Math.min(given.integer('limit', 1) ?? 10, 100)
  const from = given.integer('page', 0) ?? 0
  const clauses = parseQuery(given.required('query'))
  const visibleBefore = Date.now() - lagMs
  const found = newestFirst(store).filter((intent) => intent.writtenAtMs <= visibleBefore && clauses.every((matches) => matches(intent)))
  const more = from + limit < found.length
  const data = found.slice(from, from + limit).map((intent) => drawn(store, intent, given))
  return { object: 'search_result', url: '/v1/payment_intents/search', has_more: more, next_page: more ? String(from + limit) : null, data }
}

type Clause = (intent: IntentRecord) => boolean
const CLAUSE = /^\s*(?:metadata\[(["'])(?<key>[^"']+)\1\]|(?<field>status|currency))\s*:\s*(["'])(?<value>[^"']*)\4\s*$/

function parseQuery(query: string): Clause[] {
  return query.split(/\s+AND\s+/i).map((text) => {
    const groups = CLAUSE.exec(text)?.groups
    if (groups === undefined) throw StripeRefusal.invalidRequest({ param: 'query', message: `We were unable to parse your search query: ${text.trim()}` })
    const { key, field, value } = groups
    return (intent) => (key === undefined ? (field === 'status' ? intent.status : intent.currency) : intent.metadata[key]) === value
  })
}

function newestFirst(store: Store): IntentRecord[] {
  return [...store.intents.values()].sort((a, b) => b.sequence - a.sequence)
}

function drawn(store: Store, intent: IntentRecord, given: Parameters): object {
  return drawIntent(intent, store.charge(intent.latestCharge), given.expand())
}
