import { type Static, type TSchema, Type } from 'typebox'
import { ProblemBody, PublicId, Uuid } from './schema.ts'

/** The refusals that any route may answer; each route adds none of its own, since a problem has one form. */
const problems = { '4xx': ProblemBody, '5xx': ProblemBody }

const keyHeader = Type.Object({
  'idempotency-key': Type.String({
    pattern: '^[A-Za-z0-9_-]{8,100}$',
    description:
      'Made by the caller. Sent again with the same content, the same answer; with other content, a conflict.',
    examples: ['a7d9c3f2-0001'],
  }),
})

const security = { borrower: [{ borrower: [] }], lender: [{ lender: [] }], anyone: [] }

/** What every reading route of `access` has. */
export function reads<Answer extends TSchema>(
  access: keyof typeof security,
  summary: string,
  answer: Answer,
) {
  return {
    config: { access },
    schema: { summary, security: security[access], response: { 200: answer, ...problems } },
  }
}

/** What every commanding route of `access` has: a key, a closed body, one answer. */
export function commands<Body extends TSchema, Answer extends TSchema, Status extends 200 | 201 | 202>(
  access: keyof typeof security,
  summary: string,
  status: Status,
  body: Body,
  answer: Answer,
) {
  // A computed key widens to `string`; this says which status it is.
  const response = { [status]: answer, ...problems } as Record<Status, Answer> & typeof problems
  return {
    config: { access },
    schema: {
      summary,
      security: security[access],
      headers: keyHeader,
      body,
      response,
    },
  }
}

/** What a route has that changes something and needs no key: a one-time code is used up by the first who brings it. */
export function codes<Body extends TSchema, Answer extends TSchema, Status extends 201 | 202>(
  summary: string,
  status: Status,
  body: Body,
  answer: Answer,
) {
  const { config, schema } = commands('borrower', summary, status, body, answer)
  const { headers: _noKey, ...rest } = schema
  return { config: { ...config, keyless: true }, schema: rest }
}

/** The same route with parameters in its path. */
export function withParams<Config, Schema extends object, Params extends TSchema>(
  options: { readonly config: Config; readonly schema: Schema },
  params: Params,
) {
  return { ...options, schema: { ...options.schema, params } }
}

export const CustomerParams = Type.Object({ customer: PublicId })

export const IdParams = Type.Object({ id: Uuid })

export type IdParams = Static<typeof IdParams>
