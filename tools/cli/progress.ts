import { styleText } from 'node:util'
import type { OnStep, StepEvent } from '../runtime/steps.ts'

export interface StepRenderer {
  readonly onStep: OnStep
  close(): void
}

interface Options {
  readonly quiet?: boolean
  readonly stream?: NodeJS.WriteStream
}

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']

/** Steps as they run: on a terminal as lines that move, elsewhere as one line when a step ends or has gone on for 10 s. */
export function stepRenderer({ quiet = false, stream = process.stdout }: Options = {}): StepRenderer {
  if (quiet) return { onStep: () => {}, close: () => {} }
  return stream.isTTY ? movingRenderer(stream) : plainRenderer(stream)
}

function plainRenderer(stream: NodeJS.WriteStream): StepRenderer {
  const told = new Map<string, number>()
  const onStep: OnStep = (event) => {
    if (hasEnded(event)) stream.write(`${lineOf(event)}\n`)
    if (event.state !== 'progress' || event.elapsedMs - (told.get(event.id) ?? 0) < 10_000) return
    told.set(event.id, event.elapsedMs)
    stream.write(`  ... ${event.title}: ${event.detail}\n`)
  }
  return { onStep, close: () => {} }
}

function movingRenderer(stream: NodeJS.WriteStream): StepRenderer {
  const running = new Map<string, StepEvent & { since: number }>()
  let drawn = 0
  const erase = (): void => {
    if (drawn > 0) stream.write(`\x1b[${drawn}A\x1b[0J`)
    drawn = 0
  }
  const draw = (): void => {
    const frame = frames[Math.floor(Date.now() / 100) % frames.length] ?? ''
    for (const event of running.values()) {
      const seconds = ((Date.now() - event.since) / 1000).toFixed(1)
      const line = `  ${frame} ${event.title}  ${seconds} s  ${event.detail ?? ''}`
      stream.write(`${line.slice(0, stream.columns - 1)}\n`)
    }
    drawn = running.size
  }
  const onStep: OnStep = (event) => {
    erase()
    if (hasEnded(event)) {
      running.delete(event.id)
      stream.write(`${lineOf(event)}\n`)
    } else {
      running.set(event.id, { ...event, since: Date.now() - event.elapsedMs })
    }
    draw()
  }
  const ticking = setInterval(() => (erase(), draw()), 100)
  return { onStep, close: () => (clearInterval(ticking), erase()) }
}

function hasEnded({ state }: StepEvent): boolean {
  return state === 'done' || state === 'failed' || state === 'interrupted'
}

const marks = { done: () => styleText('green', '✔'), failed: () => styleText('red', '✖'), interrupted: () => styleText('dim', '·') } as const

function lineOf(event: StepEvent): string {
  const mark = marks[event.state === 'done' || event.state === 'failed' ? event.state : 'interrupted']()
  const seconds = `${(event.elapsedMs / 1000).toFixed(1)} s`.padStart(7)
  const detail = event.state === 'failed' ? '' : event.state === 'interrupted' ? 'interrupted' : (event.detail ?? '')
  return `  ${mark} ${event.title.padEnd(30)} ${styleText('dim', seconds)}  ${styleText('dim', detail)}`.trimEnd()
}
