import type { Fen } from '@jieqing/domain/money/fen'
import { fen } from '@jieqing/domain/money/fen'
import { recordChannelResults } from '../channel/results.ts'
import { requestDrawdown } from '../drawdown/request.ts'
import { chargeFee } from '../fee/charge.ts'
import { signMandate } from '../mandate/sign.ts'
import type { Command } from '../platform/command.ts'
import type { House } from '../platform/house.ts'
import { Problem } from '../platform/problem.ts'
import { type Copy, copies } from '../platform/testing/copies.ts'
import { anId, type TestHouse } from '../platform/testing/house.ts'
import { Life } from '../platform/testing/lives.ts'
import { requestRefund } from '../refund/request.ts'
import { requestRepayment } from '../repayment/request.ts'
import { confirmClosing, requestClosing, withdrawClosing } from './order.ts'

/** Ids that a command of a race needs, of the borrower that was made by commands. */
type Ids = {
  readonly cardId: string
  readonly orderId?: string
  readonly mandateId?: string
  readonly loanId?: string
  /** What is on its way, and how much. */
  readonly payment?: { readonly reference: string; readonly amount: Fen }
}

/** A borrower whose line could close, or will be able to once the channel has answered. */
export type State = { readonly name: string; readonly customerId: bigint; readonly ids: Ids }

export type StateName =
  | 'never borrowed'
  | 'loan settled'
  | 'residual'
  | 'asked'
  | 'asked, residual'
  | 'asked, residual repayment unposted'
  | 'asked, residual debit unposted'
  | 'asked, overpayment unposted'
  | 'asked, credit balance'
  | 'asked, refund unposted'
  | 'drawdown unposted'

/** Below the ¥5 that a closing waives. */
const residual = fen(200n)
const over = fen(5_000n)

/** Each state once, made by the commands that the API uses. */
export async function makeStates(world: TestHouse): Promise<ReadonlyMap<StateName, State>> {
  const states = new Map<StateName, State>()
  const keep = (name: StateName, life: Life, ids: Partial<Ids> = {}) =>
    states.set(name, { name, customerId: life.customerId, ids: { cardId: life.cardId, ...ids } })
  const begin = () => Life.begin(world)
  const withResidual = async () => {
    const life = await begin()
    await life.borrow(fen(100_000n))
    await life.repaid(fen(100_000n - residual))
    const { loan_id } = await world.house.cell.one<{ loan_id: string }>(
      'select loan_id from loan where customer_id = $1',
      [life.customerId],
    )
    return { life, loanId: loan_id }
  }
  const asked = async (life: Life) => {
    const orderId = anId()
    await requestClosing(world.house, life.command('close'), { orderId, channel: 'browser' })
    return orderId
  }

  keep('never borrowed', await begin())
  const settled = await begin()
  await settled.borrow(fen(100_000n))
  await settled.repaid(fen(100_000n))
  keep('loan settled', settled)
  const small = await withResidual()
  keep('residual', small.life, { loanId: small.loanId })

  {
    const life = await begin()
    await life.borrow(fen(100_000n))
    await life.repaid(fen(100_000n))
    const mandateId = await life.sign()
    keep('asked', life, { orderId: await asked(life), mandateId })
  }
  {
    const { life, loanId } = await withResidual()
    const mandateId = await life.sign()
    keep('asked, residual', life, { orderId: await asked(life), mandateId, loanId })
  }
  {
    const { life, loanId } = await withResidual()
    const orderId = await asked(life)
    const reference = await life.repay(residual)
    await life.say(reference, residual, 'paid')
    keep('asked, residual repayment unposted', life, {
      orderId,
      loanId,
      payment: { reference, amount: residual },
    })
  }
  {
    const { life, loanId } = await withResidual()
    const mandateId = await life.sign()
    const orderId = await asked(life)
    const reference = await life.repay(residual, { mandateId })
    keep('asked, residual debit unposted', life, {
      orderId,
      loanId,
      mandateId,
      payment: { reference, amount: residual },
    })
  }
  {
    const life = await begin()
    const orderId = await asked(life)
    const reference = await life.repay(over)
    keep('asked, overpayment unposted', life, { orderId, payment: { reference, amount: over } })
  }
  for (const name of ['asked, credit balance', 'asked, refund unposted'] as const) {
    const life = await begin()
    const orderId = await asked(life)
    await life.repaid(over)
    if (name === 'asked, credit balance') {
      keep(name, life, { orderId })
      continue
    }
    const refundId = anId()
    await requestRefund(world.house, life.command('refund'), { refundId, cardId: life.cardId })
    keep(name, life, { orderId, payment: { reference: refundId, amount: over } })
  }
  {
    const life = await begin()
    const amount = fen(20_000n)
    keep('drawdown unposted', life, { payment: { reference: await life.draw(amount), amount } })
  }
  return states
}

/** A borrower of a race: a copy of a state. */
export type Racer = { readonly customerId: bigint; readonly ids: Ids }

export async function makeRacers(world: TestHouse, state: State, count: number): Promise<readonly Racer[]> {
  return (await copies(world, state.customerId, count)).map((copy) => racer(state, copy))
}

function racer({ ids }: State, { customerId, id }: Copy): Racer {
  const { orderId, mandateId, loanId, payment } = ids
  return {
    customerId,
    ids: {
      cardId: id(ids.cardId),
      ...(orderId === undefined ? {} : { orderId: id(orderId) }),
      ...(mandateId === undefined ? {} : { mandateId: id(mandateId) }),
      ...(loanId === undefined ? {} : { loanId: id(loanId) }),
      ...(payment === undefined
        ? {}
        : { payment: { reference: id(payment.reference), amount: payment.amount } }),
    },
  }
}

/** How a command of a race was answered: done, or refused with these codes. Anything else is an error of the program or database. */
export type Answer =
  | { readonly kind: 'done'; readonly key: string }
  | { readonly kind: 'refused'; readonly codes: readonly string[] }
  | { readonly kind: 'error'; readonly code: string; readonly error: unknown }

/** A command that races with a closing, and the traces by which it is seen who was first. */
export type Rival = {
  readonly name: string
  readonly from: readonly StateName[]
  readonly run: (house: House, racer: Racer) => Promise<string>
  /** With these a refused closing says that the rival was first. */
  readonly seen?: readonly string[]
  /** With these a refused closing says that the rival had not happened yet. */
  readonly before?: readonly string[]
  /** With these the refused rival says that the closing was first. */
  readonly after?: readonly string[]
  /** The event that the rival leaves; where the closing was executed all the same, the order of events tells. */
  readonly event?: string
}

/** States whose closing has to ask first. */
export const unasked: readonly StateName[] = ['never borrowed', 'loan settled', 'residual']
const asked: readonly StateName[] = ['asked', 'asked, residual']

function command(racer: Racer): Command {
  return { customerId: racer.customerId, actor: 'borrower', key: anId(), content: 'race' }
}

function needed<Thing>(thing: Thing | undefined): Thing {
  if (thing === undefined) throw new Error('this state does not have what the command needs')
  return thing
}

async function keyed(of: Command, run: (command: Command) => Promise<unknown>): Promise<string> {
  await run(of)
  return of.key
}

function says(state: 'settled' | 'failed') {
  return async (house: House, { ids }: Racer): Promise<string> => {
    const { reference, amount } = needed(ids.payment)
    await recordChannelResults(house, [
      {
        subject: 'payment',
        reference,
        amountFen: amount,
        state: state === 'failed' ? { kind: 'failed', code: 'insufficient-funds' } : { kind: 'settled' },
        channelReference: `c-${reference}`,
        at: house.clock.business(),
      },
    ])
    return ''
  }
}

function repays(amount: Fen, under?: 'mandate') {
  return (house: House, racer: Racer) =>
    keyed(command(racer), (own) =>
      requestRepayment(house, own, {
        repaymentId: anId(),
        amount,
        cardId: racer.ids.cardId,
        ...(under === 'mandate' ? { mandateId: needed(racer.ids.mandateId) } : {}),
      }),
    )
}

function charges(amount: Fen) {
  return (house: House, racer: Racer) =>
    keyed(command(racer), (own) =>
      chargeFee(house, own, { feeId: anId(), loanId: needed(racer.ids.loanId), kind: 'extension', amount }),
    )
}

export const rivals: readonly Rival[] = [
  {
    name: 'draw',
    from: unasked,
    run: (house, racer) =>
      keyed(command(racer), (own) =>
        requestDrawdown(house, own, {
          drawdownId: anId(),
          amount: fen(20_000n),
          instalments: 5,
          cardId: racer.ids.cardId,
        }),
      ),
    seen: ['drawdown-in-flight'],
    after: ['closing-requested', 'line-missing'],
  },
  {
    name: 'drawdown paid out',
    from: ['drawdown unposted'],
    run: says('settled'),
    seen: ['principal-owed'],
    before: ['drawdown-in-flight'],
  },
  {
    name: 'drawdown failed',
    from: ['drawdown unposted'],
    run: says('failed'),
    before: ['drawdown-in-flight'],
  },
  {
    name: 'repayment',
    from: [...unasked, ...asked],
    run: repays(residual),
    seen: ['repayment-unposted'],
    after: ['line-missing'],
  },
  {
    name: 'repayment settled',
    from: ['asked, residual repayment unposted'],
    run: says('settled'),
    before: ['repayment-unposted'],
  },
  {
    name: 'repayment failed',
    from: ['asked, residual repayment unposted'],
    run: says('failed'),
    before: ['repayment-unposted'],
  },
  {
    name: 'auto-debit',
    from: asked,
    run: repays(residual, 'mandate'),
    seen: ['debit-submitted'],
    after: ['line-missing', 'mandate-not-in-force'],
  },
  {
    name: 'auto-debit settled',
    from: ['asked, residual debit unposted'],
    run: says('settled'),
    before: ['debit-submitted'],
  },
  {
    name: 'auto-debit failed',
    from: ['asked, residual debit unposted'],
    run: says('failed'),
    before: ['debit-submitted'],
  },
  {
    name: 'fee above the residual bound',
    from: ['asked, residual'],
    run: charges(fen(1_000n)),
    seen: ['fees-owed'],
    after: ['loan-ended'],
  },
  {
    name: 'fee within the residual bound',
    from: ['asked, residual', 'residual'],
    run: charges(fen(100n)),
    after: ['loan-ended'],
    event: 'fee-charged',
  },
  {
    name: 'credit posted',
    from: ['asked, overpayment unposted'],
    run: says('settled'),
    seen: ['credit-balance'],
    before: ['repayment-unposted'],
  },
  {
    name: 'refund',
    from: ['asked, credit balance'],
    run: (house, racer) =>
      keyed(command(racer), (own) =>
        requestRefund(house, own, { refundId: anId(), cardId: racer.ids.cardId }),
      ),
    seen: ['refund-in-flight'],
    before: ['credit-balance'],
  },
  {
    name: 'refund paid out',
    from: ['asked, refund unposted'],
    run: says('settled'),
    before: ['refund-in-flight'],
  },
  {
    name: 'refund failed',
    from: ['asked, refund unposted'],
    run: says('failed'),
    seen: ['credit-balance'],
    before: ['refund-in-flight'],
  },
  {
    name: 'mandate signed',
    from: unasked,
    run: (house, racer) =>
      keyed(command(racer), (own) =>
        signMandate(house, own, { mandateId: anId(), cardId: racer.ids.cardId }),
      ),
    after: ['line-missing'],
    event: 'mandate-signed',
  },
  {
    name: 'withdrawal',
    from: asked,
    run: (house, racer) =>
      keyed(command(racer), (own) => withdrawClosing(house, own, needed(racer.ids.orderId))),
    seen: ['closing-order-withdrawn'],
    after: ['closing-order-executed'],
  },
  {
    name: 'second closing',
    from: asked,
    run: (house, racer) =>
      keyed(command(racer), (own) => confirmClosing(house, own, needed(racer.ids.orderId))),
  },
  {
    name: 'second order',
    from: unasked,
    run: (house, racer) =>
      keyed(command(racer), (own) => requestClosing(house, own, { orderId: anId(), channel: 'wechat' })),
    seen: ['closing-order-open'],
    after: ['closing-order-open', 'line-missing', 'line-ended'],
  },
]

/** The closing itself: confirms the open order, or asks for one and confirms it. */
export async function close(house: House, racer: Racer): Promise<string> {
  const orderId = racer.ids.orderId ?? anId()
  if (racer.ids.orderId === undefined)
    await requestClosing(house, command(racer), { orderId, channel: 'browser' })
  return keyed(command(racer), (own) => confirmClosing(house, own, orderId))
}

/** Runs one command of a race to its answer. */
export async function answerOf(run: Promise<string>): Promise<Answer> {
  try {
    return { kind: 'done', key: await run }
  } catch (error) {
    if (error instanceof Problem) {
      const reasons = [...error.reasons, ...error.blockers].map((one) => one.code)
      return { kind: 'refused', codes: [error.code, ...reasons] }
    }
    const code =
      typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : String(error)
    return { kind: 'error', code, error }
  }
}

export type Winner = 'closing first' | 'other first' | 'not told'

/** Who was first, from what both were answered. `firstEvent` and `closedBy` are read from the tables where the answers do not tell. */
export function winner(
  rival: Rival,
  closing: Answer,
  other: Answer,
  traces: { readonly rivalEvent?: bigint; readonly closedEvent?: bigint; readonly closedByKey?: string },
): Winner {
  const said = (answer: Answer, codes: readonly string[] = []) =>
    answer.kind === 'refused' && answer.codes.some((code) => codes.includes(code))
  if (said(closing, rival.seen) && other.kind === 'done') return 'other first'
  if (said(other, rival.after)) return 'closing first'
  if (said(closing, rival.before)) return 'closing first'
  if (closing.kind !== 'done' || other.kind !== 'done') return 'not told'
  if (rival.before !== undefined) return 'other first'
  const { rivalEvent, closedEvent, closedByKey } = traces
  if (rival.event !== undefined && rivalEvent !== undefined && closedEvent !== undefined)
    return rivalEvent < closedEvent ? 'other first' : 'closing first'
  if (closedByKey === closing.key) return 'closing first'
  return closedByKey === other.key ? 'other first' : 'not told'
}
