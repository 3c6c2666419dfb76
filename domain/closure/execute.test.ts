import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addDays } from '../calendar/date.ts'
import { isPaidOff, type Loan, totalOwed } from '../loan/loan.ts'
import { live, lives, repaid } from '../loan/testing/lived.ts'
import { addFen, fen } from '../money/fen.ts'
import { shippedPolicies } from '../policy/policy.ts'
import { closureBlockers, debtOn } from './blockers.ts'
import { decideClosing } from './execute.ts'
import { closingOrderTable } from './order.ts'
import { clear, inTransit, on } from './testing/facts.ts'

const policy = shippedPolicies['cn-2026']

describe('C5 the closing', () => {
  test('ends every mandate, agreement and block of the line', () => {
    expect(decideClosing({ ...clear, openBlocks: ['block'] }, on, policy)).toEqual({
      kind: 'accepted',
      creditLineId: 'line',
      waivers: [],
      endedLoans: [],
      postings: [],
      mandatesEnded: ['mandate'],
      agreementsEnded: ['agreement'],
      blocksEnded: ['block'],
    })
  })

  test('is refused with every blocker and does nothing else', () => {
    const facts = { ...clear, frozen: true, refundsInFlight: [inTransit(5n, 40)] }
    expect(decideClosing(facts, on, policy)).toEqual({
      kind: 'refused',
      blockers: closureBlockers(facts, on, policy),
    })
    expect(decideClosing({ ...clear, line: undefined }, on, policy).kind).toBe('refused')
  })

  test('gives up a small rest part by part, each with its posting, and the loan ends at zero', () => {
    const loan: Loan = {
      loanId: 'loan',
      rate: { e8: 35_000n, per: 'day' },
      dayBasis: 'actual/365',
      rounding: 'half-up',
      drawnOn: addDays(on, -40),
      instalments: 5,
      instalmentPrincipal: fen(20_000n),
      dueDay: 1,
      principal: fen(200n),
      accrued: { common: 250_000_000n, leap: 0n },
      accruedTo: on,
      billedInstalments: 1,
      nextDue: addDays(on, 20),
      bills: [{ seq: 1, dueOn: addDays(on, -10), principalLeft: fen(50n), interestLeft: fen(7n) }],
      fees: [{ feeId: 'fee', kind: 'extension', left: fen(100n) }],
    }
    const decision = decideClosing({ ...clear, loans: [loan] }, on, policy)
    if (decision.kind !== 'accepted') throw new Error('refused')
    expect(decision.waivers).toEqual([
      { loanId: 'loan', component: 'fees', amount: 100n },
      { loanId: 'loan', component: 'interest', amount: 10n },
      { loanId: 'loan', component: 'principal', amount: 200n },
    ])
    expect(decision.postings.map((posting) => [posting.kind, posting.amount])).toEqual([
      ['waived-fees', 100n],
      ['waived-billed-interest', 7n],
      ['waived-accrued-interest', 3n],
      ['waived-principal', 200n],
    ])
    expect(decision.endedLoans.every(isPaidOff)).toBe(true)
    // Two and a half fen were accrued and three given up.
    expect(decision.endedLoans[0]?.accrued.common).toBe(-50_000_000n)
  })

  test('whatever happened before: what is given up is all that was owed, and nothing is owed afterwards', () => {
    fc.assert(
      fc.property(lives, fc.bigInt(0n, 499n), (steps, rest) => {
        const before = live(steps)
        const owed = totalOwed(debtOn(before.loans, before.today))
        const pay = owed > rest ? owed - rest : 0n
        const { loans, today } = pay > 0n ? repaid(before, fen(pay), before.today) : before
        const decision = decideClosing(
          { ...clear, loans: loans.filter((loan) => !isPaidOff(loan)) },
          today,
          policy,
        )
        if (decision.kind !== 'accepted') throw new Error('refused')
        const given = addFen(...decision.waivers.map((waiver) => waiver.amount))
        expect(given).toBe(totalOwed(debtOn(loans, today)))
        expect(addFen(...decision.postings.map((posting) => posting.amount))).toBe(given)
        expect(decision.endedLoans.every(isPaidOff)).toBe(true)
        expect(totalOwed(debtOn(decision.endedLoans, addDays(today, 100)))).toBe(0n)
      }),
    )
  })
})

describe('C5 C8 the order', () => {
  test('an executed order stays executed, a withdrawn one withdrawn, and asking again for what is done is no refusal', () => {
    expect(closingOrderTable).toEqual({
      requested: { confirm: { to: 'executed' }, withdraw: { to: 'withdrawn' } },
      executed: { confirm: { to: 'executed' }, withdraw: { refused: 'closing-order-executed' } },
      withdrawn: { confirm: { refused: 'closing-order-withdrawn' }, withdraw: { to: 'withdrawn' } },
    })
  })
})
