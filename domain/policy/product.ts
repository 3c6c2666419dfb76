import type { DayBasis } from '../interest/rate.ts'
import { type Fen, fen } from '../money/fen.ts'
import type { Rounding } from '../money/round.ts'

/** A fee that the lender may charge, as the disclosed cost table shows it (mission A5; 个人贷款业务明示综合融资成本规定, 2026-08-01). */
export type DisclosedCost = { readonly kind: FeeKind; readonly maximum: Fen }

export type FeeKind = 'instalment' | 'extension' | 'management'

/** The terms of a product (mission A3, A4), versioned and dated in `product_version`. */
export type Product = {
  readonly code: string
  readonly version: number
  readonly method: 'equal-principal'
  readonly instalmentChoices: readonly number[]
  readonly dayBasis: DayBasis
  readonly rounding: Rounding
  readonly disclosedCosts: readonly DisclosedCost[]
}

/** The first product: invitation-only, interest by the day, equal principal in 5, 10 or 20 instalments. */
export const creditByTheDay: Product = {
  code: 'credit-by-the-day',
  version: 1,
  method: 'equal-principal',
  instalmentChoices: [5, 10, 20],
  dayBasis: 'actual/365',
  rounding: 'half-up',
  disclosedCosts: [{ kind: 'extension', maximum: fen(5_000n) }],
}

/** What an imported book becomes (mission A14): no new draws are offered on it, so it has no instalment choices. */
export const importedRevolving: Product = {
  ...creditByTheDay,
  code: 'imported-revolving',
  instalmentChoices: [],
  disclosedCosts: [],
}

/** A product's form in `product_version.body`. */
export function productJson(product: Product): Record<string, unknown> {
  return {
    method: product.method,
    instalmentChoices: product.instalmentChoices,
    dayBasis: product.dayBasis,
    rounding: product.rounding,
    disclosedCosts: product.disclosedCosts.map((cost) => ({
      kind: cost.kind,
      maximum: cost.maximum.toString(),
    })),
  }
}

/** Reads what `productJson` wrote; the columns beside the body give code and version. */
export function productFromJson(code: string, version: number, body: ProductBody): Product {
  return {
    code,
    version,
    method: body.method,
    instalmentChoices: body.instalmentChoices,
    dayBasis: body.dayBasis,
    rounding: body.rounding,
    disclosedCosts: body.disclosedCosts.map((cost) => ({
      kind: cost.kind,
      maximum: fen(BigInt(cost.maximum)),
    })),
  }
}

export type ProductBody = {
  readonly method: 'equal-principal'
  readonly instalmentChoices: readonly number[]
  readonly dayBasis: DayBasis
  readonly rounding: Rounding
  readonly disclosedCosts: readonly { readonly kind: FeeKind; readonly maximum: string }[]
}
