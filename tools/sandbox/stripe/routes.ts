import { listIntents, searchIntents } from './find-intents.ts'
import type { Form } from './form.ts'
import { cancelIntent, captureIntent, confirmIntent, createIntent, retrieveIntent, type Outcome } from './payment-intents.ts'
import type { Answer } from './records.ts'
import { createRefund, listRefunds, retrieveRefund } from './refunds.ts'
import type { Store } from './store.ts'

/** A POST changes records; a GET answers with an answer drawn from records, or with a drawn list. */
export type Route =
  | { readonly operation: string; readonly change: (store: Store, form: Form) => Outcome }
  | { readonly operation: string; readonly read: (store: Store, form: Form, searchLagMs: number) => Answer | { drawn: object } }

const INTENT = /^\/v1\/payment_intents\/(?<id>pi_[A-Za-z0-9]+|[^/]+?)(?:\/(?<action>confirm|capture|cancel))?$/
const REFUND = /^\/v1\/refunds\/(?<id>[^/]+)$/

/** The route of a request, or null when Stripe (as the sandbox knows it) has none. */
export function routeOf(method: string, path: string): Route | null {
  if (method === 'POST') return postRoute(path)
  if (method === 'GET') return getRoute(path)
  return null
}

function postRoute(path: string): Route | null {
  if (path === '/v1/payment_intents') return { operation: 'POST /v1/payment_intents', change: createIntent }
  if (path === '/v1/refunds') return { operation: 'POST /v1/refunds', change: createRefund }
  const { id, action } = INTENT.exec(path)?.groups ?? {}
  if (id === undefined || action === undefined) return null
  const act = { confirm: confirmIntent, capture: captureIntent, cancel: cancelIntent }[action]
  if (act === undefined) return null
  return { operation: `POST /v1/payment_intents/:id/${action}`, change: (store, form) => act(store, decodeURIComponent(id), form) }
}

function getRoute(path: string): Route | null {
  if (path === '/v1/payment_intents') return { operation: 'GET /v1/payment_intents', read: (store, form) => ({ drawn: listIntents(store, form) }) }
  if (path === '/v1/payment_intents/search') {
    return { operation: 'GET /v1/payment_intents/search', read: (store, form, lagMs) => ({ drawn: searchIntents(store, form, lagMs) }) }
  }
  if (path === '/v1/refunds') return { operation: 'GET /v1/refunds', read: (store, form) => ({ drawn: listRefunds(store, form) }) }
  const refund = REFUND.exec(path)?.groups?.['id']
  if (refund !== undefined) {
    return { operation: 'GET /v1/refunds/:id', read: (store) => ({ drawn: retrieveRefund(store, decodeURIComponent(refund)) }) }
  }
  const { id, action } = INTENT.exec(path)?.groups ?? {}
  if (id === undefined || action !== undefined) return null
  return { operation: 'GET /v1/payment_intents/:id', read: (store, form) => retrieveIntent(store, decodeURIComponent(id), form) }
}
