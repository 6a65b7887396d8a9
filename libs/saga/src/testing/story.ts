import type { Contract } from '@prep/contracts'
import { decide, start } from '../domain/decide.ts'
import type { SagaDefinition } from '../domain/definition.ts'
import { durationMs, type Duration } from '../domain/duration.ts'
import { type HistoryRecord, recordDecision, recordEvent, type RecordedEvent } from '../domain/history.ts'
import type {
  CommandToSend,
  Decision,
  Note,
  Outcome,
  SagaEnding,
  SagaEvent,
  SagaInstance,
  TimerKind,
  TimerToSet,
} from '../domain/instance.ts'
import type { Told } from './message.ts'
import { mustBeValid, mustCarry, mustEqual, StoryError } from './story-checks.ts'

const SAGA_ID = '00000000-0000-7000-8000-000000000001'
const BEGIN = new Date('2030-01-01T12:00:00.000Z')

/** One instance, told event by event. Time stands still but for timeOut() and after(). */
export class Story<S = unknown> {
  readonly #definition: SagaDefinition<S>
  #instance!: SagaInstance
  #now = BEGIN
  #timers: TimerToSet[] = []
  /** Every command sent; those from `#seen` on were not expected yet. */
  readonly #sent: CommandToSend[] = []
  #seen = 0
  #current: CommandToSend | undefined
  #last: SagaEvent | undefined
  readonly #endings: SagaEnding[] = []
  readonly #notes: Note[] = []
  readonly #history: HistoryRecord[] = []

  private constructor(definition: SagaDefinition<S>) {
    this.#definition = definition
  }

  static begin<S>(definition: SagaDefinition<S>, { contract, data }: Told): Story<S> {
    const rule = definition.start
    if (rule === undefined || rule.contract.type !== contract.type) {
      throw new StoryError(`${definition.name} is started by ${rule?.contract.type}, not by ${contract.type}`)
    }
    mustBeValid(contract, data)
    const story = new Story(definition)
    const begin = { id: SAGA_ID, key: rule.key(data), state: rule.state(data) }
    story.#take({ kind: 'started', ...begin }, start(definition, { ...begin, at: BEGIN }))
    return story
  }

  /** The next command that nobody has looked at yet; the replies that follow answer it. */
  expectCommand<T>(contract: Contract<T>, data?: Partial<T>): this {
    const command = this.#sent[this.#seen]
    if (command?.contract.type !== contract.type) {
      throw new StoryError(
        `expected the command ${contract.type}, but ${command === undefined ? 'none was sent' : `${command.contract.type} was sent`} ${this.#where()}`,
      )
    }
    mustCarry(command, data as Record<string, unknown> | undefined)
    this.#seen += 1
    this.#current = command
    return this
  }

  /** Answers the command expected last. */
  reply<T>({ contract, data }: Told<T>): this {
    if (this.#current === undefined) throw new StoryError('there is no command to reply to: expectCommand() comes first')
    return this.#answer(this.#current, contract, data)
  }

  /** Answers a command that was left behind: the last one sent of that contract. */
  late<T>(command: Contract<unknown>, { contract, data }: Told<T>): this {
    const sent = this.#sent.findLast(each => each.contract.type === command.type)
    if (sent === undefined) throw new StoryError(`${command.type} was never sent, so nothing can answer it late`)
    return this.#answer(sent, contract, data)
  }

  /** The last event once more, as another message. */
  again(): this {
    if (this.#last === undefined) throw new StoryError('nothing was told yet that could be told again')
    return this.#tell({ ...this.#last, at: this.#now })
  }

  /** Time passes until the answer to this step's command is overdue. */
  timeOut(step: string): this {
    return this.#fire(step, 'answer')
  }

  /** Time passes until the answer to this step's undo is overdue. */
  undoTimesOut(step: string): this {
    return this.#fire(step, 'undo')
  }

  /** Time passes without anything else. */
  after(time: Duration): this {
    this.#now = new Date(this.#now.getTime() + durationMs(time))
    return this
  }

  expectNoCommand(): this {
    const extra = this.#sent[this.#seen]
    if (extra !== undefined) throw new StoryError(`expected no command, but ${extra.contract.type} was sent ${this.#where()}`)
    return this
  }

  expectState(state: Partial<S>): this {
    const actual = this.#instance.state as Record<string, unknown>
    for (const [name, value] of Object.entries(state)) mustEqual(`state.${name}`, actual[name], value)
    return this
  }

  /** Something was kept for operators instead of being ignored in silence. */
  expectNote(code: Note['code']): this {
    if (!this.#notes.some(note => note.code === code)) {
      throw new StoryError(`expected the note ${code}, but there is ${this.#notes.map(note => note.code).join(', ') || 'none'}`)
    }
    return this
  }

  expectCompleted(): this {
    return this.#expectEnded('completed')
  }

  expectCompensated(reasonCode?: string): this {
    return this.#expectEnded('compensated', reasonCode)
  }

  expectNeedsAttention(reasonCode?: string): this {
    return this.#expectEnded('needs-attention', reasonCode)
  }

  /** What was announced, in order. */
  get endings(): readonly SagaEnding[] {
    return this.#endings
  }

  get instance(): SagaInstance {
    return this.#instance
  }

  get commands(): readonly CommandToSend[] {
    return this.#sent
  }

  get timers(): readonly TimerToSet[] {
    return this.#timers
  }

  /** The story as `saga_history` would hold it: keep it as a fixture and replay it with `replayHistory`. */
  get history(): readonly HistoryRecord[] {
    return JSON.parse(JSON.stringify(this.#history)) as HistoryRecord[]
  }

  #answer(command: CommandToSend, contract: Contract<unknown>, data: unknown): this {
    mustBeValid(contract, data)
    return this.#tell({
      kind: 'reply',
      step: command.step,
      action: command.action,
      attempt: command.attempt,
      type: contract.type,
      data,
      at: this.#now,
    })
  }

  #fire(step: string, kind: TimerKind): this {
    const timer = this.#timers.find(each => each.step === step && each.kind === kind)
    if (timer === undefined) throw new StoryError(`step ${step} has no ${kind} timer ${this.#where()}`)
    if (timer.dueAt > this.#now) this.#now = timer.dueAt
    return this.#tell({ kind: 'timer', step, timer: kind, at: this.#now })
  }

  #tell(event: SagaEvent): this {
    this.#last = event
    this.#take(recordEvent(this.#definition, event), decide(this.#definition, this.#instance, event))
    return this
  }

  #take(event: RecordedEvent, decision: Decision): void {
    const { instance, commands, timersSet, timersCleared, ended, notes } = decision
    this.#instance = instance
    this.#sent.push(...commands)
    for (const command of commands) mustBeValid(command.contract, command.data)
    const gone = [...timersSet, ...timersCleared]
    this.#timers = [...this.#timers.filter(timer => !gone.some(each => each.step === timer.step && each.kind === timer.kind)), ...timersSet]
    if (ended !== null) this.#endings.push(ended)
    this.#notes.push(...notes)
    this.#history.push({ seq: instance.version, at: this.#now.toISOString(), event, decision: recordDecision(decision) })
  }

  #expectEnded(outcome: Outcome, reasonCode?: string): this {
    this.expectNoCommand()
    const { status, failure } = this.#instance
    const announced = this.#endings.at(-1)
    if (status !== outcome || announced?.outcome !== outcome) {
      throw new StoryError(
        `expected it to end ${outcome}, but it is ${status} and ${announced?.outcome ?? 'nothing'} was announced ${this.#where()}`,
      )
    }
    if (reasonCode !== undefined) mustEqual('the reason announced', announced.failure?.reasonCode ?? failure?.reasonCode, reasonCode)
    return this
  }

  #where(): string {
    const steps = this.#instance.steps.map(record => `${record.step} ${record.status}`).join(', ')
    return `(${this.#instance.status}; ${steps})`
  }
}
