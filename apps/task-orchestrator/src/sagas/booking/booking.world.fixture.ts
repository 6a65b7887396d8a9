import { type CommandToSend, decide, type Decision, type SagaEnding, type SagaEvent, type SagaInstance, start, type TimerToSet } from '@prep/saga'
import type { Told } from '@prep/saga/testing'
import {
  approved, aRequest, authorized, bookingId, captured, captureFailed, complianceRejected, confirmed, declined, holdExpired, rejected,
  reviewRequested, slotHeld, slotReleased, slotTaken, voided,
} from './booking.fixture.ts'
import { bookingSaga } from './booking.saga.ts'

/** How each owner of data will answer in one run. */
export interface Fate {
  readonly slot: 'held' | 'taken'
  readonly compliance: 'approved' | 'rejected' | 'reviewed' | 'silent'
  readonly card: 'authorized' | 'declined' | 'unknown but reserved'
  readonly confirm: 'confirmed' | 'expired'
  readonly capture: 'captured' | 'failed'
}

interface InFlight {
  readonly label: string
  deliver(): void
}

/**
 * The world around one booking saga: services that really hold, reserve and release, and a network that delays,
 * reorders and repeats everything. The services here keep no tombstones, so that the saga alone must put things right.
 */
export class World {
  instance!: SagaInstance
  readonly effects = { slotHeld: false, reserved: false, confirmed: false, rejected: false, captured: false }
  readonly endings: SagaEnding[] = []
  readonly commands: CommandToSend[] = []
  private inFlight: InFlight[] = []
  private timers: TimerToSet[] = []
  private now = new Date('2030-01-01T12:00:00.000Z')
  private readonly fate: Fate

  constructor(fate: Fate) {
    this.fate = fate
    const { data } = aRequest()
    const state = bookingSaga.start?.state(data)
    this.take(start(bookingSaga, { id: bookingId, key: bookingId, state, at: this.now }))
  }

  /** Lets chance decide what happens next; once the tape ends, everything in flight arrives and then timers fire. */
  run(tape: readonly number[]): void {
    for (const chance of tape) this.happen(chance)
    for (let left = 10_000; left > 0 && (this.inFlight.length > 0 || this.timers.length > 0); left -= 1) this.happen(0)
  }

  get isQuiet(): boolean {
    return this.inFlight.length === 0 && this.timers.length === 0
  }

  private happen(chance: number): void {
    const choices = this.inFlight.length + this.timers.length
    if (choices === 0) return
    const chosen = chance % choices
    const message = this.inFlight[chosen]
    if (message === undefined) return this.fire(this.timers[chosen - this.inFlight.length] as TimerToSet)
    const repeated = chance % 7 === 3
    if (!repeated) this.inFlight = this.inFlight.filter(each => each !== message)
    message.deliver()
  }

  private fire(timer: TimerToSet): void {
    if (timer.dueAt > this.now) this.now = timer.dueAt
    this.tell({ kind: 'timer', step: timer.step, timer: timer.kind, at: this.now })
  }

  private tell(event: SagaEvent): void {
    this.take(decide(bookingSaga, this.instance, event))
  }

  private take({ instance, commands, timersSet, timersCleared, ended }: Decision): void {
    this.instance = instance
    this.commands.push(...commands)
    this.timers = this.timers.filter(({ step, kind }) => ![...timersSet, ...timersCleared].some(each => each.step === step && each.kind === kind))
    this.timers.push(...timersSet)
    if (ended !== null) this.endings.push(ended)
    for (const command of commands) {
      this.inFlight.push({ label: command.contract.type, deliver: () => this.obey(command) })
    }
  }

  private obey(command: CommandToSend): void {
    for (const answer of this.answersTo(command)) {
      const { step, action, attempt } = command
      const { type } = answer.contract
      this.inFlight.push({ label: type, deliver: () => this.tell({ kind: 'reply', step, action, attempt, type, data: answer.data, at: this.now }) })
    }
  }

  private answersTo({ contract, data }: CommandToSend): Told[] {
    const { fate, effects } = this
    switch (contract.type) {
      case 'booking.hold-slot.v1':
        effects.slotHeld = fate.slot === 'held'
        return [effects.slotHeld ? slotHeld() : slotTaken()]
      case 'booking.release-slot.v1':
        effects.slotHeld = false
        return [slotReleased()]
      case 'compliance.check.v1':
        return { approved: [approved()], rejected: [complianceRejected()], reviewed: [reviewRequested(), approved()], silent: [] }[fate.compliance]
      case 'payment.authorize.v1':
        effects.reserved = fate.card !== 'declined'
        return [{ authorized: authorized(), declined: declined('card_declined'), 'unknown but reserved': declined('provider_unavailable', false) }[fate.card]]
      case 'payment.void.v1':
        effects.reserved = false
        return [voided()]
      case 'booking.confirm.v1':
        effects.confirmed = fate.confirm === 'confirmed'
        return [effects.confirmed ? confirmed() : holdExpired()]
      case 'booking.reject.v1':
        effects.rejected = true
        return [rejected()]
      case 'payment.capture.v1':
        effects.captured = fate.capture === 'captured'
        return [effects.captured ? captured() : captureFailed()]
      default:
        throw new Error(`nobody obeys ${contract.type} ${JSON.stringify(data)}`)
    }
  }
}
