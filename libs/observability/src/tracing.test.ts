import { afterEach, describe, expect, it } from 'vitest'
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node'
import { currentTraceparent, formatTraceparent, parseTraceparent, SpanKind, startTracing, type StopTracing, withSpan } from './index.ts'

const PARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
let stop: StopTracing | undefined

afterEach(async () => {
  await stop?.()
  stop = undefined
})

describe('traceparent', () => {
  it('is read and written as W3C Trace Context has it', () => {
    expect(formatTraceparent(parseTraceparent(PARENT))).toBe(PARENT)
    expect(parseTraceparent(`cc-${PARENT.slice(3)}-later`)).toMatchObject({ traceId: '0af7651916cd43dd8448eb211c80319c' })
  })

  it.each([undefined, '', 'nonsense', PARENT.toUpperCase(), `ff-${PARENT.slice(3)}`, `${PARENT}-more`, '00-00000000000000000000000000000000-b7ad6b7169203331-01'])(
    'is ignored when it is %j',
    value => expect(parseTraceparent(value)).toBeUndefined(),
  )
})

describe('a span', () => {
  it('is the active one across awaits, and of its own work only', async () => {
    stop = await startTracing('booking')
    const [a, b] = await Promise.all([1, 2].map(() => withSpan('work', {}, async () => [currentTraceparent(), await new Promise(setImmediate), currentTraceparent()])))
    expect(a?.[0]).toBe(a?.[2])
    expect(a?.[0]).not.toBe(b?.[0])
    expect(currentTraceparent()).toBeUndefined()
  })

  it('has valid ids when nobody listens, and goes on with the trace of its parent', async () => {
    stop = await startTracing('booking')
    const seen = await withSpan('work', {}, () => currentTraceparent())
    expect(parseTraceparent(seen)).toBeDefined()
    const child = await withSpan('work', { parent: PARENT }, () => currentTraceparent())
    expect(child).toContain('0af7651916cd43dd8448eb211c80319c')
    expect(child).not.toContain('b7ad6b7169203331')
    // Who sampled upstream still finds the trace whole further down.
    expect(child).toMatch(/-01$/)
    expect(seen).toMatch(/-00$/)
  })

  it('starts a new trace when the parent cannot be read', async () => {
    stop = await startTracing('booking')
    await withSpan('outer', {}, async () => {
      const outer = parseTraceparent(currentTraceparent())
      const inner = parseTraceparent(await withSpan('inner', { parent: 'nonsense' }, () => currentTraceparent()))
      expect(inner?.traceId).not.toBe(outer?.traceId)
    })
  })

  it('is recorded with its parent, kind and failure when somebody listens', async () => {
    const exporter = new InMemorySpanExporter()
    stop = await startTracing('booking', [new SimpleSpanProcessor(exporter)])
    const failing = withSpan('publish', { kind: SpanKind.PRODUCER, parent: PARENT, links: [PARENT, 'bad'] }, () => {
      throw Object.assign(new Error('ada@example.org'), { code: 'MSG_X' })
    })
    await expect(failing).rejects.toThrow()
    const [span] = exporter.getFinishedSpans()
    expect(span).toMatchObject({ name: 'publish', kind: SpanKind.PRODUCER, status: { message: 'Error MSG_X' } })
    expect(span?.parentSpanContext?.spanId).toBe('b7ad6b7169203331')
    expect(span?.links).toHaveLength(1)
    expect(JSON.stringify(span?.events)).not.toContain('ada')
  })
})
