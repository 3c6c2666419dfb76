import { modes } from './behaviour.ts'

/** The forms of what comes in. Unknown members are refused, nothing is turned into another type. */
const reference = { type: 'string', pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' } as const
const cardToken = { type: 'string', pattern: '^[A-Za-z0-9_-]{8,64}$' } as const
const notifyUrl = { type: 'string', pattern: '^https?://', maxLength: 500, format: 'uri' } as const
const amount = { type: 'string', pattern: '^[1-9][0-9]{0,14}$' } as const
const instant = { type: 'string', maxLength: 40, format: 'date-time' } as const

function exactly(properties: object, required: readonly string[]) {
  return { type: 'object', additionalProperties: false, required, properties } as const
}

const repayment = { type: 'string', const: 'repayment' } as const
const autoDebit = { type: 'string', const: 'auto-debit' } as const
const payment = { reference, amount, cardToken, notifyUrl } as const

export const collectionBody = {
  type: 'object',
  oneOf: [
    exactly({ ...payment, kind: repayment }, ['reference', 'amount', 'kind', 'cardToken']),
    exactly({ ...payment, kind: autoDebit, mandateReference: reference }, [
      'reference',
      'amount',
      'kind',
      'cardToken',
      'mandateReference',
    ]),
  ],
} as const
export const payoutBody = exactly({ ...payment, kind: { type: 'string', enum: ['drawdown', 'refund'] } }, [
  'reference',
  'amount',
  'kind',
  'cardToken',
])
export const mandateBody = exactly({ reference, cardToken, notifyUrl }, ['reference', 'cardToken'])
export const terminationBody = exactly({ notifyUrl }, [])
export const referenceParams = exactly({ reference }, ['reference'])

export const clockBody = exactly({ now: instant }, ['now'])
export const amountTriggersBody = exactly({ enabled: { type: 'boolean' } }, ['enabled'])
export const behaviourBody = {
  ...exactly(
    {
      reference,
      next: { enum: [true, 'any', 'collection', 'payout', 'mandate', 'termination'] },
      mode: { type: 'string', enum: modes },
      minutes: { type: 'integer', minimum: 1, maximum: 527_040 },
      code: { type: 'string', pattern: '^[a-z][a-z0-9-]{0,39}$' },
      times: { type: 'integer', minimum: 1, maximum: 1_000_000 },
    },
    ['mode'],
  ),
  oneOf: [{ required: ['reference'] }, { required: ['next'] }],
} as const
export const transcriptQuery = exactly(
  {
    after: { type: 'string', pattern: '^[0-9]{1,9}$' },
    limit: { type: 'string', pattern: '^[1-9][0-9]{0,3}$' },
  },
  [],
)
