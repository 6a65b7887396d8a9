import { linkSpan, SpanKind, startSpan } from '@prep/observability'
import { type PublishBulk } from './dapr-publisher.ts'

const TRACEPARENT = /"traceparent":"([^"]{55})"/

/**
 * A span for each bulk that is sent, with a link to the span in which each of its messages was published: that one ended
 * with its transaction. Where nothing is recorded, nothing is looked for.
 */
export function tracedPublish(publishBulk: PublishBulk): PublishBulk {
  return async rows => {
    const [first] = rows
    if (!first) return publishBulk(rows)
    const { span } = startSpan(`send ${first.topic}`, { kind: SpanKind.CLIENT, attributes: attributesOf(first.topic, rows.length) })
    linkSpan(span, () => rows.map(row => TRACEPARENT.exec(row.payload)?.[1]))
    try {
      const result = await publishBulk(rows)
      if (result.outcome !== 'accepted') span.setAttribute('error.type', result.outcome)
      return result
    } finally {
      span.end()
    }
  }
}

function attributesOf(topic: string, count: number): Record<string, string | number> {
  return {
    'messaging.system': 'dapr',
    'messaging.operation.type': 'send',
    'messaging.operation.name': 'send',
    'messaging.destination.name': topic,
    'messaging.batch.message_count': count,
  }
}
