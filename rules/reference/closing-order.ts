import type { CalendarDate } from '@jieqing/domain/calendar/date'
import {
  type Blocker,
  type BlockerCode,
  blockerCodes,
  type ClosureFacts,
  closureBlockers,
} from '@jieqing/domain/closure/blockers'
import { type ClosingOrderState, closingOrderTable } from '@jieqing/domain/closure/order'
import { drawnLoan, type Loan } from '@jieqing/domain/loan/loan'
import { fen } from '@jieqing/domain/money/fen'
import { shippedPolicies } from '@jieqing/domain/policy/policy'
import { creditByTheDay } from '@jieqing/domain/policy/product'
import { code, generatedFrom, page, table } from './page.ts'

export function closingOrderPage(): string {
  const seen = seenBlockers()
  return page(
    '# The closing order and what can stand in its way (关闭申请与关闭预检)',
    generatedFrom('`domain/closure/blockers.ts` and `domain/closure/order.ts`'),
    '## Blockers',
    'Readiness, a refused request and a refused confirmation carry every blocker at once, in this order (mission C2): pages lead with the first. Who must act and which call clears it are shown as the rules give them for a plain case; a debt that money on its way will cover waits for the channel instead.',
    table(
      ['', 'code', 'stands while', 'who acts', 'cure'],
      blockerCodes.map((name, index) => {
        const blocker = seen.get(name)
        const cure = blocker?.cure
        return [
          String(index + 1),
          code(name),
          meanings[name],
          blocker?.actor ?? '—',
          cure === undefined
            ? blocker?.clearsAt === undefined
              ? '—'
              : 'waiting, until `clearsAt`'
            : code(`${cure.method} ${cure.path}`),
        ]
      }),
    ),
    '## States',
    'An order that has ended stays as it ended. The same command again is the same answer, not a second effect (missions C5, C8).',
    ['```mermaid', ...diagram(), '```'].join('\n'),
    table(
      ['state', ...commands],
      states.map((state) => [code(state), ...commands.map((command) => moveText(state, command))]),
    ),
  )
}

const commands = ['confirm', 'withdraw'] as const

const states: readonly ClosingOrderState[] = ['requested', 'executed', 'withdrawn']

function diagram(): readonly string[] {
  return [
    'stateDiagram-v2',
    '  [*] --> requested: request',
    ...states.flatMap((state) =>
      commands.flatMap((command) => {
        const move = closingOrderTable[state][command]
        return 'to' in move && move.to !== state ? [`  ${state} --> ${move.to}: ${command}`] : []
      }),
    ),
    ...states.filter((state) => state !== 'requested').map((state) => `  ${state} --> [*]`),
  ]
}

function moveText(state: ClosingOrderState, command: (typeof commands)[number]): string {
  const move = closingOrderTable[state][command]
  if ('refused' in move) return `refused: ${code(move.refused)}`
  return move.to === state ? 'stays; the same answer' : `becomes ${code(move.to)}`
}

const meanings: Readonly<Record<BlockerCode, string>> = {
  'line-missing': 'there is no line to close',
  'line-ended': 'the line has ended already',
  frozen: 'the lender has frozen the line',
  overdue: 'a bill is past its due date',
  'fees-owed': 'fees are owed',
  'penalty-owed': 'penalty interest is owed',
  'interest-owed': 'interest is owed, billed or accrued',
  'principal-owed': 'principal is owed, due or not',
  'residual-owed': 'a small rest is owed and the policy collects it',
  'repayment-unposted': 'a repayment is paid but not yet posted',
  'debit-submitted': 'an automatic debit is submitted and not settled',
  'drawdown-in-flight': 'a drawdown has no outcome yet',
  'credit-balance': 'money is owed to the customer',
  'refund-in-flight': 'a refund has no outcome yet',
}

const on = '2026-08-01' as CalendarDate

const clean: ClosureFacts = {
  line: { creditLineId: 'line', ended: false },
  frozen: false,
  loans: [],
  creditBalance: fen(0n),
  unpostedRepayments: [],
  submittedDebits: [],
  drawdownsInFlight: [],
  refundsInFlight: [],
  activeMandates: [],
  agreements: [],
  openBlocks: [],
}

/** What the rules themselves answer for a plain case of each blocker. */
export function seenBlockers(): ReadonlyMap<BlockerCode, Blocker> {
  const transit = [{ id: 'payment', amount: fen(100n), expectedBy: new Date('2026-08-01T12:00:00+08:00') }]
  const debt = drawnLoan(
    {
      loanId: 'loan',
      rate: { e8: 35_000n, per: 'day' },
      dayBasis: creditByTheDay.dayBasis,
      rounding: creditByTheDay.rounding,
      drawnOn: '2026-06-10' as CalendarDate,
      instalments: 5,
      dueDay: 10,
    },
    fen(1_000_000n),
  )
  const late: Loan = {
    ...debt,
    bills: [
      {
        seq: 1,
        dueOn: '2026-07-10' as CalendarDate,
        principalLeft: fen(200_000n),
        interestLeft: fen(10_500n),
      },
    ],
    fees: [{ feeId: 'fee', kind: 'extension', left: fen(1200n) }],
  }
  const rest: Loan = { ...debt, principal: fen(100n), accruedTo: on }
  const { line: _none, ...noLine } = clean
  const cases: readonly ClosureFacts[] = [
    { ...noLine, line: undefined },
    { ...clean, line: { creditLineId: 'line', ended: true } },
    { ...clean, frozen: true },
    { ...clean, loans: [late] },
    { ...clean, loans: [rest] },
    { ...clean, unpostedRepayments: transit },
    { ...clean, submittedDebits: transit },
    { ...clean, drawdownsInFlight: transit },
    { ...clean, creditBalance: fen(100n) },
    { ...clean, refundsInFlight: transit },
  ]
  const collecting = shippedPolicies['popular-guide']
  const blockers = cases.flatMap((facts) => closureBlockers(facts, on, collecting))
  return new Map(blockers.map((blocker) => [blocker.code, blocker]))
}
