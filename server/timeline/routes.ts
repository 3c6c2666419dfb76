import { shanghaiTime } from '@jieqing/domain/calendar/date'
import { Type } from 'typebox'
import { customerByPublicId } from '../customer/create.ts'
import type { App } from '../http/app.ts'
import { borrower } from '../http/guard.ts'
import { detailsJson } from '../http/json.ts'
import { CustomerParams, reads, withParams } from '../http/routes.ts'
import { TimelineBody, type TimelineJson } from '../http/schema.ts'
import type { House } from '../platform/house.ts'
import { readAhead, readPast } from './read.ts'

const Page = Type.Object(
  {
    before: Type.Optional(
      Type.String({ pattern: '^[1-9][0-9]{0,17}$', description: 'The `next` of the page before.' }),
    ),
    limit: Type.Optional(
      Type.String({ pattern: '^([1-9]|[1-9][0-9]|100)$', description: '1 to 100; 50 unless told.' }),
    ),
  },
  { additionalProperties: false },
)

/** L1: the whole life, past and ahead. */
export function timelineRoutes(app: App, house: House): void {
  const mine = reads(
    'borrower',
    'What has happened, newest first, and what will happen, earliest first, with who owes it.',
    TimelineBody,
  )
  app.get('/v1/me/timeline', { ...mine, schema: { ...mine.schema, querystring: Page } }, (request) =>
    timelineView(house, borrower(request).customerId, request.query),
  )
  const theirs = withParams(
    reads('lender', "A customer's timeline, for staff.", TimelineBody),
    CustomerParams,
  )
  app.get(
    '/v1/customers/:customer/timeline',
    { ...theirs, schema: { ...theirs.schema, querystring: Page } },
    async (request) =>
      timelineView(house, await customerByPublicId(house, request.params.customer), request.query),
  )
}

async function timelineView(
  house: House,
  customerId: bigint,
  page: { readonly before?: string; readonly limit?: string },
): Promise<TimelineJson> {
  const limit = Number(page.limit ?? '50')
  const before = page.before === undefined ? undefined : BigInt(page.before)
  const [past, ahead] = await Promise.all([
    readPast(house.cell, customerId, before, limit),
    before === undefined ? readAhead(house, house.cell, customerId) : [],
  ])
  const last = past.at(-1)
  return {
    past: past.map((one) => ({
      seq: Number(one.seq),
      at: shanghaiTime(one.at),
      kind: one.kind,
      actor: one.actor,
      details: detailsJson(one.body),
    })),
    ahead: ahead.map((one) => ({
      at: shanghaiTime(one.at),
      kind: one.kind,
      owner: one.owner,
      late: one.late,
      details: detailsJson(one.body),
    })),
    next: last === undefined || last.seq === 1n || past.length < limit ? null : last.seq.toString(),
  }
}
