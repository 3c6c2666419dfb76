import { type Static, Type } from 'typebox'

/** Yuan with exactly two places, never negative: "1234.50". */
export const Money = Type.String({ pattern: '^(0|[1-9][0-9]{0,12})\\.[0-9]{2}$', examples: ['1234.50'] })

/** The same above zero: what is asked for or moved. */
export const PositiveMoney = Type.String({
  pattern: '^(?!0\\.00$)(0|[1-9][0-9]{0,12})\\.[0-9]{2}$',
  examples: ['1234.50'],
})

export const Uuid = Type.String({
  pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$',
  examples: ['5f0c3a2e-6d1b-4c57-9a7e-0d2b8f4c1a39'],
})

/** RFC 3339 with Shanghai's offset. */
export const Time = Type.String({ format: 'date-time', examples: ['2026-06-10T09:00:00+08:00'] })

export const DateText = Type.String({ format: 'date', examples: ['2026-06-10'] })

/** Percent as decimal text: "0.035". */
export const Percent = Type.String({ pattern: '^[0-9]+(\\.[0-9]+)?$', examples: ['0.035'] })

export const PublicId = Type.String({
  pattern: '^[0-9a-f]{32}$',
  examples: ['0f8fad5bd9cb469fa16570867728950e'],
})

/** A phone of mainland China, eleven digits. */
export const Phone = Type.String({ pattern: '^1[3-9][0-9]{9}$', examples: ['13800000001'] })

export const Code = Type.String({ pattern: '^[0-9]{6}$', examples: ['123456'] })

export const Currency = Type.Literal('CNY')

/** An object that holds these fields and no others: unknown ones are refused (design 2.15). */
export function Closed<Fields extends Parameters<typeof Type.Object>[0]>(fields: Fields) {
  return Type.Object(fields, { additionalProperties: false })
}

export const Cure = Closed({ method: Type.Literal('POST'), path: Type.String() })

/** One reason against a closing (mission C2). */
export const Blocker = Closed({
  code: Type.String(),
  reason: Type.String({ description: 'The same code, for texts to turn into a sentence.' }),
  actor: Type.Union([Type.Literal('borrower'), Type.Literal('lender'), Type.Literal('channel')]),
  amount: Type.Optional(Money),
  count: Type.Optional(Type.Integer()),
  clearsAt: Type.Optional(Time),
  cure: Type.Optional(Cure),
})

/** RFC 9457, with a code of the one table and every reason at once. */
export const ProblemBody = Closed({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  code: Type.String(),
  reasons: Type.Array(
    Closed({
      code: Type.String(),
      amount: Type.Optional(Money),
      clearsAt: Type.Optional(Time),
      field: Type.Optional(Type.String()),
    }),
  ),
  blockers: Type.Array(Blocker),
})

export const Owed = Closed({ fees: Money, penalty: Money, interest: Money, principal: Money, total: Money })

/** Contract "Readiness". */
export const ReadinessBody = Closed({
  asOf: Time,
  currency: Currency,
  ready: Type.Boolean(),
  earliest: Type.Union([Time, Type.Null()]),
  blockers: Type.Array(Blocker),
  simulation: Closed({
    charged: Money,
    paid: Owed,
    refunded: Money,
    waived: Money,
    reported: Type.Array(Type.String()),
    erased: Type.Array(Type.String()),
    mandatesEnded: Type.Integer(),
    agreementsEnded: Type.Integer(),
  }),
})

export const LineBody = Closed({
  creditLineId: Uuid,
  currency: Currency,
  limit: Money,
  used: Money,
  available: Money,
  dailyRatePercent: Percent,
  yearlyRatePercent: Percent,
  openedAt: Time,
  endedAt: Type.Optional(Time),
  blocks: Type.Array(Type.String()),
  instalmentChoices: Type.Array(Type.Integer()),
})

export const Me = Closed({
  customerId: PublicId,
  currency: Currency,
  now: Time,
  today: DateText,
  entry: Closed({
    visible: Type.Boolean(),
    reasons: Type.Array(Type.String()),
    invitation: Type.Optional(
      Closed({
        invitationId: Uuid,
        limit: Money,
        dailyRatePercent: Percent,
        yearlyRatePercent: Percent,
        expiresAt: Time,
      }),
    ),
  }),
  line: Type.Union([LineBody, Type.Null()]),
  owed: Owed,
  creditBalance: Money,
  inTransit: Money,
  nextDue: Type.Union([Closed({ on: DateText, amount: Money, late: Type.Boolean() }), Type.Null()]),
  closingOrder: Type.Union([
    Closed({ orderId: Uuid, state: Type.String(), requestedAt: Time, endedAt: Type.Optional(Time) }),
    Type.Null(),
  ]),
})

export const BillBody = Closed({
  seq: Type.Integer(),
  dueOn: DateText,
  principal: Money,
  interest: Money,
  total: Money,
  billed: Type.Boolean(),
  daysPastDue: Type.Integer(),
})

export const LoanBody = Closed({
  loanId: Uuid,
  currency: Currency,
  drawnOn: DateText,
  instalments: Type.Integer(),
  dueDay: Type.Integer(),
  dailyRatePercent: Percent,
  yearlyRatePercent: Percent,
  daysPastDue: Type.Integer(),
  owed: Owed,
  schedule: Type.Array(BillBody),
})

export const QuoteBody = Closed({
  quoteId: Uuid,
  currency: Currency,
  amount: Money,
  quotedAt: Time,
  validUntil: Time,
  state: Type.Union([
    Type.Literal('standing'),
    Type.Literal('void'),
    Type.Literal('expired'),
    Type.Literal('paid'),
  ]),
  parts: Type.Array(Closed({ loanId: Uuid, component: Type.String(), amount: Money })),
})

/** How a payment stands: requested, paid (taken, not yet posted), settled or paid-out, failed. */
export const PaymentBody = Closed({
  id: Uuid,
  currency: Currency,
  amount: Money,
  state: Type.Union([
    Type.Literal('requested'),
    Type.Literal('paid'),
    Type.Literal('settled'),
    Type.Literal('paid-out'),
    Type.Literal('failed'),
  ]),
  requestedAt: Time,
  expectedBy: Type.Optional(Time),
  endedAt: Type.Optional(Time),
  failureCode: Type.Optional(Type.String()),
  allocation: Type.Optional(
    Closed({ fees: Money, penalty: Money, interest: Money, principal: Money, overpaid: Money }),
  ),
})

export const ClosingOrderBody = Closed({
  orderId: Uuid,
  creditLineId: Uuid,
  channel: Type.String(),
  state: Type.Union([Type.Literal('requested'), Type.Literal('executed'), Type.Literal('withdrawn')]),
  requestedAt: Time,
  endedAt: Type.Optional(Time),
  effects: Type.Array(Closed({ effect: Type.String(), amount: Type.Optional(Money) })),
  obligations: Type.Array(
    Closed({
      code: Type.String(),
      owner: Type.String(),
      dueAt: Time,
      performedAt: Type.Optional(Time),
      late: Type.Boolean(),
    }),
  ),
})

export const TimelineBody = Closed({
  past: Type.Array(
    Closed({
      seq: Type.Integer(),
      at: Time,
      kind: Type.String(),
      actor: Type.String(),
      details: Type.Record(Type.String(), Type.Unknown()),
    }),
  ),
  ahead: Type.Array(
    Closed({
      at: Time,
      kind: Type.String(),
      owner: Type.String(),
      late: Type.Boolean(),
      details: Type.Record(Type.String(), Type.Unknown()),
    }),
  ),
  next: Type.Union([Type.String(), Type.Null()]),
})

export type ReadinessJson = Static<typeof ReadinessBody>
export type BlockerJson = Static<typeof Blocker>
export type ProblemJson = Static<typeof ProblemBody>
export type MeJson = Static<typeof Me>
export type LineJson = Static<typeof LineBody>
export type LoanJson = Static<typeof LoanBody>
export type QuoteJson = Static<typeof QuoteBody>
export type PaymentJson = Static<typeof PaymentBody>
export type ClosingOrderJson = Static<typeof ClosingOrderBody>
export type TimelineJson = Static<typeof TimelineBody>
