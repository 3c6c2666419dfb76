import { type Behaviour, behaviour } from './behaviour.ts'

/** One thing that the channel will do at an instant of business time; steps of one instant happen in this order. */
export type Step =
  | { readonly at: string; readonly does: 'enter'; readonly state: State; readonly amount?: string }
  | {
      readonly at: string
      readonly does: 'notify'
      /** Which of the subject's notifications this is: the same number sent twice is the same notification. */
      readonly number: number
      readonly state: State
      /** Business time at which the state was entered. */
      readonly since: string
      readonly amount?: string
      /** The first try carries a signature of someone else. */
      readonly forgedFirst?: true
    }

export interface State {
  readonly kind: 'received' | 'paid' | 'settled' | 'failed' | 'active' | 'terminating' | 'terminated'
  readonly code?: string
}

const second = 1_000
const minute = 60 * second
export const collectionSettlesAfter = 40 * minute
export const payoutSettlesAfter = 5 * second
export const terminationConfirmedAfter = 10 * minute

/** All that becomes of a payment taken at `at`: a collection is paid at once and settles later, a payout only settles. */
export function paymentPlan(
  payment: { readonly direction: 'collection' | 'payout'; readonly amount: string },
  at: string,
  how: Behaviour,
): readonly Step[] {
  const isCollection = payment.direction === 'collection'
  const late = how.mode === 'settles-late' ? how.minutes * minute : 0
  const end = later(at, (isCollection ? collectionSettlesAfter : payoutSettlesAfter) + late)
  const facts: Fact[] = []
  if (how.mode === 'failed') {
    facts.push({ at: isCollection ? at : end, state: { kind: 'failed', code: how.code } })
  } else {
    if (isCollection) facts.push({ at, state: { kind: 'paid' } })
    if (how.mode === 'failed-in-clearing') facts.push({ at: end, state: { kind: 'failed', code: how.code } })
    else if (how.mode === 'settles-other-amount') {
      facts.push({ at: end, state: { kind: 'settled' }, amount: oneMore(payment.amount) })
    } else if (how.mode !== 'never-settles') facts.push({ at: end, state: { kind: 'settled' } })
  }
  return steps(facts, how, how.mode === 'wrong-amount' ? { amount: oneMore(payment.amount) } : {})
}

/** A mandate is signed at once. */
export function signingPlan(at: string, how: Behaviour): readonly Step[] {
  const state: State = how.mode === 'failed' ? { kind: 'failed', code: how.code } : { kind: 'active' }
  return steps([{ at, state }], how)
}

/** The end of a mandate is confirmed later; from the asking on no debit is taken under it. */
export function terminationPlan(at: string, how: Behaviour): readonly Step[] {
  const late = how.mode === 'settles-late' ? how.minutes * minute : 0
  const end: Fact = { at: later(at, terminationConfirmedAfter + late), state: { kind: 'terminated' } }
  const entered: Step = { at, does: 'enter', state: { kind: 'terminating' } }
  // The signing's notification was the mandate's first.
  return [entered, ...steps(how.mode === 'never-settles' ? [] : [end], how, { firstNumber: 2 })]
}

/** The payer ended the mandate at the bank: over at once, and the lender is told. */
export function endedByPayerPlan(at: string): readonly Step[] {
  return steps([{ at, state: { kind: 'terminated' } }], behaviour('normal'), { firstNumber: 2 })
}

/** A plan is kept in the order in which it happens; a sort that keeps the order of equals does that. */
function steps(
  facts: readonly Fact[],
  how: Behaviour,
  telling: { readonly amount?: string; readonly firstNumber?: number } = {},
): readonly Step[] {
  const entered = facts.map(
    (fact): Step => ({ at: fact.at, does: 'enter', state: fact.state, ...amountOf(fact.amount) }),
  )
  const told = facts.map((fact, index): Step => {
    const amount = telling.amount ?? fact.amount
    const forged = how.mode === 'forged-callback' ? ({ forgedFirst: true } as const) : {}
    return {
      at: fact.at,
      does: 'notify',
      number: (telling.firstNumber ?? 1) + index,
      state: fact.state,
      since: fact.at,
      ...amountOf(amount),
      ...forged,
    }
  })
  return [...entered, ...delivered(told, how)].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
}

interface Fact {
  readonly at: string
  readonly state: State
  readonly amount?: string
}

/** Which notifications go out, how often and when; what happened is not touched by it. */
function delivered(told: readonly Step[], how: Behaviour): readonly Step[] {
  switch (how.mode) {
    case 'lost':
      return told.slice(0, -1)
    case 'silent-forever':
      return []
    case 'duplicated':
      return told.flatMap((step) => [step, step])
    case 'late':
      return told.map((step) => ({ ...step, at: later(step.at, how.minutes * minute) }))
    case 'out-of-order': {
      const last = told.at(-1)
      return last === undefined ? [] : [...told].reverse().map((step) => ({ ...step, at: last.at }))
    }
    default:
      return told
  }
}

function amountOf(amount: string | undefined) {
  return amount === undefined ? {} : { amount }
}

function oneMore(amount: string): string {
  return String(BigInt(amount) + 1n)
}

export function later(at: string, milliseconds: number): string {
  return new Date(Date.parse(at) + milliseconds).toISOString()
}
