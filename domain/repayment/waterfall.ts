/** What a loan can owe, by kind; also the order in which the cost table and the statements name them. */
export type DebtKind = 'fees' | 'penalty' | 'interest' | 'principal'

export type Debts = Readonly<Record<DebtKind, bigint>>

/** The order in which a repayment meets what is due (冲账顺序, mission A7): every kind once. A policy of the lender. */
export type Waterfall = readonly DebtKind[]

export const usualWaterfall: Waterfall = ['fees', 'penalty', 'interest', 'principal']

/** Once 90 days overdue (the number is the policy's) the principal is met first. */
export const principalFirstWaterfall: Waterfall = ['principal', 'fees', 'penalty', 'interest']

export function isWaterfall(kinds: readonly DebtKind[]): boolean {
  return kinds.length === 4 && usualWaterfall.every((kind) => kinds.includes(kind))
}

export const noDebts: Debts = { fees: 0n, penalty: 0n, interest: 0n, principal: 0n }

export function totalOf(debts: Debts): bigint {
  return debts.fees + debts.penalty + debts.interest + debts.principal
}

export function addDebts(a: Debts, b: Debts): Debts {
  return {
    fees: a.fees + b.fees,
    penalty: a.penalty + b.penalty,
    interest: a.interest + b.interest,
    principal: a.principal + b.principal,
  }
}

/** What is left of `a` without `b`, which is a part of it. */
export function lessDebts(a: Debts, b: Debts): Debts {
  return {
    fees: a.fees - b.fees,
    penalty: a.penalty - b.penalty,
    interest: a.interest - b.interest,
    principal: a.principal - b.principal,
  }
}

/**
 * Splits a payment over what is due, kind by kind in the given order; what is left when nothing is due any more is
 * handed back as `leftFen`. Not a fen is made or lost: the parts and the rest add up to the payment.
 */
export function allocate(
  order: Waterfall,
  due: Debts,
  paymentFen: bigint,
): { readonly paid: Debts; readonly leftFen: bigint } {
  if (!isWaterfall(order)) throw new RangeError(`a waterfall names every kind once: ${order.join(', ')}`)
  const paid: Record<DebtKind, bigint> = { ...noDebts }
  let leftFen = paymentFen
  for (const kind of order) {
    const part = least(leftFen, due[kind])
    paid[kind] = part
    leftFen -= part
  }
  return { paid, leftFen }
}

export function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}
