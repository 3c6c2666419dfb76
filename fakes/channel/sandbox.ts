import type { FastifyInstance } from 'fastify'
import { type Bank, refused, shanghai } from './bank.ts'
import { behaviour, type Mode } from './behaviour.ts'
import type { Runner } from './callbacks.ts'
import type { BehaviourTarget } from './journal.ts'
import { amountTriggersBody, behaviourBody, clockBody, referenceParams, transcriptQuery } from './schemas.ts'

interface BehaviourRequest {
  readonly reference?: string
  readonly next?: true | 'any' | 'collection' | 'payout' | 'mandate' | 'termination'
  readonly mode: Mode
  readonly minutes?: number
  readonly code?: string
  readonly times?: number
}

/** The levers that no real channel has: unsigned, for the loopback address alone. */
export function addSandboxRoutes(
  app: FastifyInstance,
  { bank, runner }: { readonly bank: Bank; readonly runner: Runner },
): void {
  app.put<{ Body: { readonly now: string } }>(
    '/clock',
    { schema: { body: clockBody } },
    async (request, reply) => {
      const now = instant(request.body.now)
      if (now === undefined) return reply.code(400).send(refused(400, 'malformed').body)
      const outcome = await runner.advance(now)
      if (outcome === 'backwards') return reply.code(409).send(refused(409, 'clock-backwards').body)
      return { outcome: 'quiet', now: shanghai(now), nextDue: nextDue() }
    },
  )

  app.get('/next-due', async () => ({ nextDue: nextDue() }))

  app.put<{ Body: BehaviourRequest }>(
    '/behaviour',
    { schema: { body: behaviourBody } },
    async (request, reply) => {
      const { mode, ...said } = request.body
      if (bank.setBehaviour(target(said), behaviour(mode, said))) return { outcome: 'set' }
      return reply.code(409).send(refused(409, 'already-received').body)
    },
  )

  app.put<{ Body: { readonly enabled: boolean } }>(
    '/amount-triggers',
    { schema: { body: amountTriggersBody } },
    async (request) => {
      bank.setAmountTriggers(request.body.enabled)
      return { outcome: 'set' }
    },
  )

  app.put<{ Params: { readonly reference: string } }>(
    '/mandates/:reference/ended-by-payer',
    { schema: { params: referenceParams } },
    async (request, reply) => {
      if (!bank.endMandateByPayer(request.params.reference)) {
        return reply.code(409).send(refused(409, 'mandate-not-active').body)
      }
      reply.raw.once('finish', () => void runner.catchUp())
      return { outcome: 'ended' }
    },
  )

  app.get<{ Querystring: { readonly after?: string; readonly limit?: string } }>(
    '/transcript',
    { schema: { querystring: transcriptQuery } },
    async (request) => {
      const after = Number(request.query.after ?? '0')
      const exchanges = bank.transcript.slice(after, after + Number(request.query.limit ?? '1000'))
      return { exchanges, next: after + exchanges.length, total: bank.transcript.length }
    },
  )

  function nextDue(): string | null {
    const next = bank.agenda.next()
    return next === undefined ? null : shanghai(next)
  }
}

function target(said: BehaviourTargetRequest): BehaviourTarget {
  if (said.reference !== undefined) return { reference: said.reference }
  return { next: said.next === undefined || said.next === true ? 'any' : said.next }
}

type BehaviourTargetRequest = Pick<BehaviourRequest, 'reference' | 'next'>

/** The form that instants are compared in. A leap second or a 30 February is no instant. */
function instant(text: string): string | undefined {
  const at = new Date(text)
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString()
}
