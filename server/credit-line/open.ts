import { randomUUID } from 'node:crypto'
import { entryRefusals, invitationRefusals } from '@jieqing/domain/credit-line/invitation'
import type { Fen } from '@jieqing/domain/money/fen'
import { creditByTheDay } from '@jieqing/domain/policy/product'
import { type Command, perform, type Reply } from '../platform/command.ts'
import { appendEvents } from '../platform/effects.ts'
import type { House } from '../platform/house.ts'
import { Problem } from '../platform/problem.ts'
import { insertRows } from '../platform/rows.ts'
import { readInvitation } from './store.ts'

/** The text of the agreement that opening a line accepts. */
export const agreementVersion = 'service-agreement-1'

/** A1, A2: offers a line. Only within policy, and only to a customer without one. */
export function invite(
  house: House,
  command: Command,
  offer: { readonly invitationId: string; readonly limit: Fen; readonly rateE8: bigint },
): Promise<Reply> {
  return perform(house, command, async (trx, moment, account) => {
    const refusals = invitationRefusals(
      { ...offer, hasOpenLine: account.creditLineId !== undefined },
      house.policy,
    )
    if (refusals.length > 0)
      throw new Problem('invitation-refused', { reasons: refusals.map((code) => ({ code })) })
    const known = await trx.maybe('select from invitation where customer_id = $1 and invitation_id = $2', [
      command.customerId,
      offer.invitationId,
    ])
    if (known !== undefined) throw new Problem('id-in-use')
    const expiresAt = new Date(moment.at.getTime() + house.policy.invitationDays * 86_400_000)
    await insertRows(trx, 'invitation', [
      {
        customer_id: command.customerId,
        invitation_id: offer.invitationId,
        product_code: creditByTheDay.code,
        limit_fen: offer.limit,
        rate_e8: offer.rateE8,
        invited_at: moment.at,
        expires_at: expiresAt,
        actor: moment.actor,
      },
    ])
    await appendEvents(trx, moment, [
      {
        customerId: command.customerId,
        kind: 'invited',
        body: { invitationId: offer.invitationId, limitFen: offer.limit.toString(), policy: house.policyRef },
      },
    ])
    return { status: 201, body: { invitationId: offer.invitationId } }
  })
}

/** A1, A2: accepts an invitation and with it the agreement. The line has the invited limit and rate. */
export function openLine(
  house: House,
  command: Command,
  wish: { readonly creditLineId: string; readonly invitationId: string },
): Promise<Reply> {
  return perform(house, command, async (trx, moment, account) => {
    const { customerId } = command
    const invitation = await readInvitation(trx, customerId)
    if (invitation !== undefined && invitation.invitationId !== wish.invitationId)
      throw new Problem('not-found')
    const refusals = entryRefusals({ hasOpenLine: account.creditLineId !== undefined, invitation }, moment.at)
    if (refusals.length > 0 || invitation === undefined) {
      throw new Problem('entry-refused', { reasons: refusals.map((code) => ({ code })) })
    }
    const known = await trx.maybe('select from credit_line where customer_id = $1 and credit_line_id = $2', [
      customerId,
      wish.creditLineId,
    ])
    if (known !== undefined) throw new Problem('id-in-use')
    const line = { customer_id: customerId, credit_line_id: wish.creditLineId }
    await insertRows(trx, 'credit_line', [
      {
        ...line,
        product_code: invitation.productCode,
        product_version: creditByTheDay.version,
        rate_e8: invitation.rateE8,
        opened_at: moment.at,
        origin: 'invitation',
        invitation_id: invitation.invitationId,
      },
    ])
    await insertRows(trx, 'credit_line_limit', [
      {
        ...line,
        seq: 1,
        limit_fen: invitation.limit,
        since: moment.at,
        actor: moment.actor,
        reason: 'opened',
      },
    ])
    await insertRows(trx, 'agreement', [
      { ...line, agreement_id: randomUUID(), text_version: agreementVersion, accepted_at: moment.at },
    ])
    await trx.rows('update account set credit_line_id = $2 where customer_id = $1', [
      customerId,
      wish.creditLineId,
    ])
    await appendEvents(trx, moment, [
      {
        customerId,
        kind: 'line-opened',
        body: {
          creditLineId: wish.creditLineId,
          limitFen: invitation.limit.toString(),
          rateE8: invitation.rateE8.toString(),
        },
      },
    ])
    return { status: 201, body: { creditLineId: wish.creditLineId } }
  })
}
