import { addFen, type Fen, fen } from '../money/fen.ts'
import type { Policy } from '../policy/policy.ts'
import type { Product } from '../policy/product.ts'

/** Every reason to refuse a drawdown, most pressing first (mission A3). */
export const drawdownRefusalCodes = [
  'line-missing',
  'closing-requested',
  'line-frozen',
  'line-in-run-off',
  'line-over-limit',
  'overdue',
  'card-not-bound',
  'instalments-not-offered',
  'amount-below-minimum',
  'amount-over-available',
] as const

export type DrawdownRefusal = {
  readonly code: (typeof drawdownRefusalCodes)[number]
  /** What would be allowed, in fen, where the reason is an amount. */
  readonly amount?: Fen
}

export type DrawdownFacts = {
  readonly lineOpen: boolean
  readonly closingRequested: boolean
  readonly blocks: readonly ('over-limit' | 'frozen' | 'run-off')[]
  readonly limit: Fen
  /** Principal owed and drawdowns in flight. */
  readonly used: Fen
  readonly daysPastDue: number
  readonly cardBound: boolean
  readonly product: Product | undefined
}

export type DrawdownCommand = { readonly amount: Fen; readonly instalments: number }

/** All reasons at once, in the order above; none means accepted. */
export function drawdownRefusals(
  facts: DrawdownFacts,
  command: DrawdownCommand,
  policy: Policy,
): readonly DrawdownRefusal[] {
  if (!facts.lineOpen || facts.product === undefined) return [{ code: 'line-missing' }]
  const available = availableOf(facts.limit, facts.used)
  const reasons: readonly (DrawdownRefusal | false)[] = [
    facts.closingRequested && { code: 'closing-requested' },
    facts.blocks.includes('frozen') && { code: 'line-frozen' },
    facts.blocks.includes('run-off') && { code: 'line-in-run-off' },
    facts.blocks.includes('over-limit') && { code: 'line-over-limit' },
    facts.daysPastDue > 0 && { code: 'overdue' },
    !facts.cardBound && { code: 'card-not-bound' },
    !facts.product.instalmentChoices.includes(command.instalments) && { code: 'instalments-not-offered' },
    command.amount < policy.drawdownMin && { code: 'amount-below-minimum', amount: policy.drawdownMin },
    command.amount > available && { code: 'amount-over-available', amount: available },
  ]
  return reasons.filter((reason) => reason !== false)
}

/** What can still be drawn: the limit less what is used, never below zero. */
export function availableOf(limit: Fen, used: Fen): Fen {
  return fen(limit > used ? limit - used : 0n)
}

export function usedOf(principalOwed: readonly Fen[], drawdownsInFlight: readonly Fen[]): Fen {
  return addFen(...principalOwed, ...drawdownsInFlight)
}
