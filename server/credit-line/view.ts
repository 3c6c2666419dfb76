import { daysBetween, shanghaiTime } from '@jieqing/domain/calendar/date'
import { debtOn } from '@jieqing/domain/closure/blockers'
import { entryRefusals, percent, yearlyRateE8 } from '@jieqing/domain/credit-line/invitation'
import { availableOf, usedOf } from '@jieqing/domain/drawdown/decide'
import { type Loan, remainingSchedule } from '@jieqing/domain/loan/loan'
import { addFen, type Fen, fen, yuan } from '@jieqing/domain/money/fen'
import { readClosureFacts, readOrders } from '../closure/store.ts'
import { owedJson } from '../http/json.ts'
import type { LineJson, MeJson } from '../http/schema.ts'
import { readOpenLoans } from '../loan/store.ts'
import { type House, productOf } from '../platform/house.ts'
import { type CreditLine, readInvitation, readLine } from './store.ts'

/** Everything that the first page shows, in one answer. Null lines and orders are "none", not "unknown". */
export async function meView(house: House, customerId: bigint): Promise<MeJson> {
  const db = house.cell
  const [{ public_id }, line, invitation, facts, orders] = await Promise.all([
    db.one<{ public_id: string }>('select public_id from customer_directory where customer_id = $1', [
      customerId,
    ]),
    readLine(db, customerId),
    readInvitation(db, customerId),
    readClosureFacts(house, db, customerId),
    readOrders(db, customerId),
  ])
  const now = house.clock.business()
  const today = house.today()
  const open = line !== undefined && line.endedAt === undefined
  const reasons = entryRefusals({ hasOpenLine: open, invitation }, now)
  const due = nextDue(facts.loans)
  const [order] = orders
  const moving = [...facts.unpostedRepayments, ...facts.submittedDebits]
  return {
    customerId: public_id,
    currency: 'CNY',
    now: shanghaiTime(now),
    today,
    entry: {
      visible: reasons.length === 0,
      reasons: [...reasons],
      ...(invitation === undefined || reasons.length > 0
        ? {}
        : {
            invitation: {
              invitationId: invitation.invitationId,
              limit: yuan(invitation.limit),
              dailyRatePercent: percent(invitation.rateE8),
              yearlyRatePercent: percent(yearlyRateE8(invitation.rateE8)),
              expiresAt: shanghaiTime(invitation.expiresAt),
            },
          }),
    },
    line:
      line === undefined
        ? null
        : lineJson(
            house,
            line,
            facts.loans,
            facts.drawdownsInFlight.map((one) => one.amount),
          ),
    owed: owedJson(debtOn(facts.loans, today)),
    creditBalance: yuan(facts.creditBalance),
    inTransit: yuan(addFen(...moving.map((one) => one.amount))),
    nextDue: due === undefined ? null : { on: due.on, amount: yuan(due.amount), late: due.on < today },
    closingOrder:
      order === undefined
        ? null
        : {
            orderId: order.orderId,
            state: order.state,
            requestedAt: shanghaiTime(order.requestedAt),
            ...(order.endedAt === undefined ? {} : { endedAt: shanghaiTime(order.endedAt) }),
          },
  }
}

export async function lineView(house: House, customerId: bigint): Promise<LineJson | undefined> {
  const [line, loans, inFlight] = await Promise.all([
    readLine(house.cell, customerId),
    readOpenLoans(house, house.cell, [customerId]),
    readClosureFacts(house, house.cell, customerId),
  ])
  if (line === undefined) return undefined
  return lineJson(
    house,
    line,
    loans.get(customerId) ?? [],
    inFlight.drawdownsInFlight.map((one) => one.amount),
  )
}

function lineJson(
  house: House,
  line: CreditLine,
  loans: readonly Loan[],
  inFlight: readonly Fen[],
): LineJson {
  const used = usedOf(
    loans.map((loan) => loan.principal),
    inFlight,
  )
  const drawable = line.blocks.length === 0 && line.endedAt === undefined
  return {
    creditLineId: line.creditLineId,
    currency: 'CNY',
    limit: yuan(line.limit),
    used: yuan(used),
    available: drawable ? yuan(availableOf(line.limit, used)) : yuan(0n),
    dailyRatePercent: percent(line.rateE8),
    yearlyRatePercent: percent(yearlyRateE8(line.rateE8)),
    openedAt: shanghaiTime(line.openedAt),
    ...(line.endedAt === undefined ? {} : { endedAt: shanghaiTime(line.endedAt) }),
    blocks: line.blocks.map((block) => block.reason),
    instalmentChoices: [...productOf(house, line.productCode, line.productVersion).instalmentChoices],
  }
}

/** The earliest due day of all loans and what falls due on it, together with everything late. */
function nextDue(loans: readonly Loan[]): { readonly on: LoanDate; readonly amount: Fen } | undefined {
  const bills = loans.flatMap((loan) => remainingSchedule(loan))
  const [first, ...others] = bills
  if (first === undefined) return undefined
  const on = others.reduce((earliest, bill) => earlier(earliest, bill.dueOn), first.dueOn)
  const amount = fen(
    bills
      .filter((bill) => bill.dueOn === on)
      .reduce((sum, bill) => sum + bill.principalLeft + bill.interestLeft, 0n),
  )
  return { on, amount }
}

type LoanDate = Loan['drawnOn']

function earlier(a: LoanDate, b: LoanDate): LoanDate {
  return daysBetween(a, b) < 0 ? b : a
}
