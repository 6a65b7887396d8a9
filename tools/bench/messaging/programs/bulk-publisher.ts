import { randomUUID } from 'node:crypto'
import { Agent, request } from 'node:http'
import { subscribeToNothing, takeOrders } from './control.ts'
import { openLoop } from './open-loop.ts'

/** Sidecar and broker alone: bulks of 100 to Dapr's bulk API, no database. */
const BULK = 100
const agent = new Agent({ keepAlive: true, maxSockets: 4 })
const path = '/v1.0/publish/bulk/pubsub-events/prep.booking.events'

function entry(): Record<string, unknown> {
  const id = randomUUID()
  const event = { specversion: '1.0', id, type: 'bench.v1', source: '/bench', data: { publishedAt: Date.now(), padding: 'x'.repeat(400) } }
  return { entryId: id, event, contentType: 'application/cloudevents+json', metadata: { partitionKey: id } }
}

function publishBulk(): Promise<void> {
  const body = JSON.stringify(Array.from({ length: BULK }, entry))
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), 'dapr-api-token': process.env['DAPR_API_TOKEN'] }
  return new Promise((resolve, reject) => {
    const sent = request({ agent, host: '127.0.0.1', port: process.env['DAPR_HTTP_PORT'], method: 'POST', path, headers }, (answer) => {
      answer.resume().on('end', () => (answer.statusCode === 204 ? resolve() : reject(new Error(`answered ${answer.statusCode}`))))
    })
    sent.on('error', reject).end(body)
  })
}

subscribeToNothing()
takeOrders({ run: ({ rate = 0, seconds = 0 }) => openLoop({ rate: rate / BULK, seconds }, publishBulk) })
