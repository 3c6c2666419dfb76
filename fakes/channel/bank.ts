import { createHmac } from 'node:crypto'
import { Agenda, type Task } from './agenda.ts'
import { type Behaviour, behaviour, modeOfAmount, submissionFault } from './behaviour.ts'
import type { BehaviourTarget, Entry, Exchange, Journal, Order } from './journal.ts'
import {
  endedByPayerPlan,
  later,
  paymentPlan,
  type State,
  type Step,
  signingPlan,
  terminationPlan,
} from './plan.ts'
import { waitAfter } from './retry-schedule.ts'

export interface PaymentRequest {
  readonly reference: string
  readonly amount: string
  readonly kind: string
  readonly cardToken: string
  readonly mandateReference?: string
  readonly notifyUrl?: string
}

export interface MandateRequest {
  readonly reference: string
  readonly cardToken: string
  readonly notifyUrl?: string
}

/** An answer, or the lack of one: `hangs` says nothing for ever, `unsigned` leaves the signature out. */
export interface Reply {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
  readonly delivery: 'signed' | 'unsigned' | 'hangs'
}

export interface BankSettings {
  /** Keys the hash under which cards and contents are remembered. */
  readonly secret: Buffer
  readonly defaultNotifyUrl?: string
}

interface Account {
  readonly order: Order
  state: State
  since: string
  /** What was really settled, where that is not what was ordered. */
  amount?: string
  notifyUrl?: string
  terminating?: true
}

/** The most that one payment may move, in fen: ten million yuan. */
const largestAmount = 1_000_000_000n

/**
 * The bank behind the wire: orders, mandates, what each will become and when. All that it knows comes from its journal,
 * so that a restart forgets nothing; its only clock is the business time that the sandbox sets.
 */
export class Bank {
  readonly agenda = new Agenda()
  readonly transcript: Exchange[] = []
  #now: string | null = null
  #amountTriggers = true
  readonly #accounts = new Map<string, Account>()
  readonly #rejections = new Map<string, { readonly fingerprint: string; readonly code: string }>()
  readonly #byReference = new Map<string, Behaviour>()
  readonly #next: { readonly next: string; readonly behaviour: Behaviour }[] = []
  readonly #met = new Map<string, { readonly behaviour: Behaviour; silences: number }>()
  readonly #journal: Journal
  readonly #settings: BankSettings

  constructor(journal: Journal, settings: BankSettings) {
    this.#journal = journal
    this.#settings = settings
    for (const entry of journal.entries) this.#apply(entry)
  }

  get now(): string | null {
    return this.#now
  }

  /** Later only: the caller has compared. */
  moveClock(now: string): void {
    if (now !== this.#now) this.#record({ e: 'clock', now })
  }

  setAmountTriggers(enabled: boolean): void {
    if (enabled !== this.#amountTriggers) this.#record({ e: 'amount-triggers', enabled })
  }

  /** False for a payment that is already known: its plan is made. */
  setBehaviour(target: BehaviourTarget, how: Behaviour): boolean {
    if ('reference' in target && this.#accounts.has(paymentKey(target.reference))) return false
    this.#record({ e: 'behaviour', for: target, behaviour: how })
    return true
  }

  note(exchange: Exchange): void {
    this.#record({ e: 'exchange', exchange })
  }

  submitPayment(direction: 'collection' | 'payout', request: PaymentRequest): Reply {
    const now = this.#now
    if (now === null) return unavailable
    const key = paymentKey(request.reference)
    const { reference, amount, kind, cardToken, mandateReference } = request
    const fingerprint = this.#hash([direction, reference, amount, kind, cardToken, mandateReference ?? ''])
    return this.#submit(
      key,
      fingerprint,
      { type: direction, amount },
      (how) => {
        const code = this.#paymentRejection(request, how)
        if (code !== undefined) return this.#record({ e: 'rejected', key, fingerprint, code })
        const order: Order = {
          key,
          subject: 'payment',
          reference,
          direction,
          kind,
          amount,
          card: this.#hash([cardToken]),
          fingerprint,
          channelReference: this.#channelReference(now),
          at: now,
        }
        this.#record({ e: 'taken', order, steps: paymentPlan({ direction, amount }, now, how) })
      },
      request.notifyUrl,
    )
  }

  signMandate(request: MandateRequest): Reply {
    const now = this.#now
    if (now === null) return unavailable
    const { reference, cardToken } = request
    const key = mandateKey(reference)
    const fingerprint = this.#hash(['mandate', reference, cardToken])
    return this.#submit(
      key,
      fingerprint,
      { type: 'mandate' },
      (how) => {
        if (how.mode === 'rejected') return this.#record({ e: 'rejected', key, fingerprint, code: how.code })
        const order: Order = {
          key,
          subject: 'mandate',
          reference,
          card: this.#hash([cardToken]),
          fingerprint,
          channelReference: this.#channelReference(now),
          at: now,
        }
        this.#record({ e: 'taken', order, steps: signingPlan(now, how) })
      },
      request.notifyUrl,
    )
  }

  terminateMandate(reference: string, notifyUrl: string | undefined): Reply {
    const now = this.#now
    if (now === null) return unavailable
    const key = mandateKey(reference)
    const mandate = this.#accounts.get(key)
    if (mandate === undefined) return refused(404, 'reference-unknown')
    // A termination has no content of its own to differ in, and what is over can be ended again without effect.
    return this.#submit(
      key,
      mandate.order.fingerprint,
      { type: 'termination' },
      (how) => {
        if (mandate.terminating || mandate.state.kind !== 'active') return
        this.#record({ e: 'terminating', key, steps: terminationPlan(now, how) })
      },
      notifyUrl,
    )
  }

  /** The payer ended it at the bank. False where there is no active mandate. */
  endMandateByPayer(reference: string): boolean {
    const key = mandateKey(reference)
    const mandate = this.#accounts.get(key)
    if (this.#now === null || mandate === undefined) return false
    if (mandate.terminating || mandate.state.kind !== 'active') return false
    this.#record({ e: 'terminating', key, steps: endedByPayerPlan(this.#now) })
    return true
  }

  queryPayment(reference: string): Reply {
    return this.#answer(paymentKey(reference))
  }

  queryMandate(reference: string): Reply {
    return this.#answer(mandateKey(reference))
  }

  /** Does a planned step that needs nobody else. */
  enter(task: Task): void {
    this.#record({ e: 'entered', task: task.id })
  }

  /** What a callback says and where it goes; `address` is absent where nobody gave one. */
  notification(task: Task): {
    readonly address: string | undefined
    readonly body: Readonly<Record<string, unknown>>
  } {
    const account = this.#account(task.key)
    if (task.step.does !== 'notify') throw new Error('not a notification')
    const { number, state, since, amount } = task.step
    return {
      address: account.notifyUrl ?? this.#settings.defaultNotifyUrl,
      body: {
        notification: `${account.order.channelReference}-${number}`,
        ...result(account.order, state, since, amount ?? account.order.amount),
      },
    }
  }

  /** Records a try: an arrived or given-up callback is done, any other comes back at its next time. */
  tried(task: Task, arrived: boolean, at: string): void {
    const wait = arrived ? undefined : waitAfter(task.tried + 1)
    this.#record({ e: 'tried', task: task.id, next: wait === undefined ? null : later(at, wait) })
  }

  /** Drops a callback for which there is no address. */
  dropped(task: Task): void {
    this.#record({ e: 'tried', task: task.id, next: null })
  }

  /** Idempotency and the submission faults, the same for every kind of order; `take` takes it or rejects it. */
  #submit(
    key: string,
    fingerprint: string,
    order: { readonly type: OrderType; readonly amount?: string },
    take: (how: Behaviour) => void,
    notifyUrl: string | undefined,
  ): Reply {
    const standing = this.#accounts.get(key)?.order.fingerprint ?? this.#rejections.get(key)?.fingerprint
    if (standing !== undefined && standing !== fingerprint) return refused(409, 'reference-reused')
    const meetingKey = order.type === 'termination' ? terminationKey(key) : key
    const how = this.#meet(meetingKey, key, order)
    const fault = this.#silence(meetingKey, how)
    if (fault === 'lost') return unavailable
    if (standing === undefined || order.type === 'termination') take(how)
    if (
      notifyUrl !== undefined &&
      this.#accounts.get(key)?.notifyUrl !== notifyUrl &&
      this.#accounts.has(key)
    ) {
      this.#record({ e: 'notify-url', key, url: notifyUrl })
    }
    switch (fault) {
      case 'error-after-taking':
        return unavailable
      case 'hangs':
        return { ...unavailable, delivery: 'hangs' }
      case 'unsigned':
        return { ...this.#answer(key), delivery: 'unsigned' }
      case 'none':
        return this.#answer(key)
    }
  }

  /** How this order is treated: as its reference was told, else as the next order was, else as its amount asks. */
  #meet(
    meetingKey: string,
    key: string,
    order: { readonly type: OrderType; readonly amount?: string },
  ): Behaviour {
    const before = this.#met.get(meetingKey)
    if (before !== undefined) return before.behaviour
    const told = this.#byReference.get(key.slice(key.indexOf(':') + 1))
    const index =
      told === undefined ? this.#next.findIndex(({ next }) => next === 'any' || next === order.type) : -1
    const byAmount = behaviour(this.#amountTriggers && order.amount ? modeOfAmount(order.amount) : 'normal')
    const how = told ?? this.#next[index]?.behaviour ?? byAmount
    this.#record({ e: 'met', key: meetingKey, behaviour: how, tookNext: index < 0 ? null : index })
    return how
  }

  #silence(meetingKey: string, how: Behaviour) {
    const fault = submissionFault(how.mode)
    const left = this.#met.get(meetingKey)?.silences ?? 0
    if (fault === 'none' || left === 0) return 'none'
    this.#record({ e: 'silenced', key: meetingKey })
    return fault
  }

  #paymentRejection(request: PaymentRequest, how: Behaviour): string | undefined {
    if (how.mode === 'rejected') return how.code
    if (BigInt(request.amount) > largestAmount) return 'amount-over-limit'
    if (request.mandateReference === undefined) return undefined
    const mandate = this.#accounts.get(mandateKey(request.mandateReference))
    if (mandate === undefined) return 'mandate-unknown'
    if (mandate.order.card !== this.#hash([request.cardToken])) return 'mandate-other-card'
    return mandate.state.kind === 'active' && !mandate.terminating ? undefined : 'mandate-not-active'
  }

  #answer(key: string): Reply {
    const rejection = this.#rejections.get(key)
    if (rejection !== undefined) return refused(422, rejection.code)
    const account = this.#accounts.get(key)
    if (account === undefined) return refused(404, 'reference-unknown')
    const { order, state, since, amount } = account
    return {
      status: 200,
      body: { outcome: 'accepted', result: result(order, state, since, amount ?? order.amount) },
      delivery: 'signed',
    }
  }

  #channelReference(now: string): string {
    const number = String(this.#accounts.size + 1).padStart(10, '0')
    return `BD${shanghai(now).slice(0, 10).replaceAll('-', '')}${number}`
  }

  #account(key: string): Account {
    const account = this.#accounts.get(key)
    if (account === undefined) throw new Error('a task of an order that was never taken')
    return account
  }

  #hash(parts: readonly string[]): string {
    return createHmac('sha256', this.#settings.secret).update(JSON.stringify(parts)).digest('hex')
  }

  #record(entry: Entry): void {
    this.#journal.append(entry)
    this.#apply(entry)
  }

  #apply(entry: Entry): void {
    switch (entry.e) {
      case 'clock':
        this.#now = entry.now
        return
      case 'amount-triggers':
        this.#amountTriggers = entry.enabled
        return
      case 'behaviour':
        if ('reference' in entry.for) this.#tell(entry.for.reference, entry.behaviour)
        else this.#next.push({ next: entry.for.next, behaviour: entry.behaviour })
        return
      case 'met':
        this.#met.set(entry.key, { behaviour: entry.behaviour, silences: entry.behaviour.times })
        if (entry.tookNext !== null) this.#next.splice(entry.tookNext, 1)
        return
      case 'silenced': {
        const meeting = this.#met.get(entry.key)
        if (meeting !== undefined) meeting.silences -= 1
        return
      }
      case 'taken': {
        const { order } = entry
        this.#accounts.set(order.key, { order, state: { kind: 'received' }, since: order.at })
        this.#plan(order.key, entry.steps, 'plan')
        return
      }
      case 'rejected':
        this.#rejections.set(entry.key, { fingerprint: entry.fingerprint, code: entry.code })
        return
      case 'terminating':
        this.#account(entry.key).terminating = true
        this.#plan(entry.key, entry.steps, 'end')
        return
      case 'notify-url':
        this.#account(entry.key).notifyUrl = entry.url
        return
      case 'entered': {
        const task = this.agenda.remove(entry.task)
        if (task !== undefined) this.#enterStep(task.key, task.step)
        return
      }
      case 'tried': {
        const task = this.agenda.remove(entry.task)
        if (task !== undefined && entry.next !== null) {
          this.agenda.add({ ...task, at: entry.next, tried: task.tried + 1 })
        }
        return
      }
      case 'exchange':
        this.transcript.push(entry.exchange)
    }
  }

  /** What is said of a reference holds from the next contact on, whatever was settled at an earlier one. */
  #tell(reference: string, how: Behaviour): void {
    this.#byReference.set(reference, how)
    const mandate = mandateKey(reference)
    for (const key of [paymentKey(reference), mandate, terminationKey(mandate)]) this.#met.delete(key)
  }

  /** What happens at the instant of the order itself has happened when it is answered; the rest waits its turn. */
  #plan(key: string, steps: readonly Step[], name: string): void {
    const account = this.#account(key)
    steps.forEach((step, index) => {
      if (step.does === 'enter' && step.at === this.#now) this.#enterStep(account.order.key, step)
      else this.agenda.add({ id: `${key}#${name}-${index}`, key, step, at: step.at, tried: 0 })
    })
  }

  #enterStep(key: string, step: Step): void {
    const account = this.#account(key)
    account.state = step.state
    account.since = step.at
    if (step.does === 'enter' && step.amount !== undefined) account.amount = step.amount
  }
}

type OrderType = 'collection' | 'payout' | 'mandate' | 'termination'

function paymentKey(reference: string): string {
  return `payment:${reference}`
}

function mandateKey(reference: string): string {
  return `mandate:${reference}`
}

function terminationKey(mandate: string): string {
  return `${mandate}#termination`
}

/** The wire's one form of a result, in answers and callbacks. */
function result(order: Order, state: State, since: string, amount: string | undefined) {
  return {
    subject: order.subject,
    reference: order.reference,
    ...(order.direction === undefined ? {} : { direction: order.direction, kind: order.kind }),
    ...(amount === undefined ? {} : { amount }),
    state: state.kind,
    ...(state.code === undefined ? {} : { code: state.code }),
    channelReference: order.channelReference,
    at: shanghai(since),
    // A collection is paid the instant it is taken: the payer's value date, said again with the settlement.
    ...(order.direction === 'collection' && state.kind === 'settled' ? { paidAt: shanghai(order.at) } : {}),
  }
}

const unavailable: Reply = { status: 503, body: { outcome: 'unavailable' }, delivery: 'signed' }

export function refused(status: number, code: string): Reply {
  return { status, body: { outcome: 'refused', code }, delivery: 'signed' }
}

/** RFC 3339 with Shanghai's offset, to the millisecond. */
export function shanghai(at: string): string {
  return `${new Date(Date.parse(at) + 8 * 3_600_000).toISOString().slice(0, -1)}+08:00`
}
