import type { KeyObject } from 'node:crypto'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { type Bank, type MandateRequest, type PaymentRequest, type Reply, refused } from './bank.ts'
import type { Runner } from './callbacks.ts'
import { addSandboxRoutes } from './sandbox.ts'
import { collectionBody, mandateBody, payoutBody, referenceParams, terminationBody } from './schemas.ts'
import { isNonce, isSigned, signMessage } from './wire.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The body's exact bytes, which the signature is over. */
    rawBody: Buffer
    isUnsignedAnswer: boolean
  }
}

export interface ServerSettings {
  readonly bank: Bank
  readonly runner: Runner
  readonly bankKey: KeyObject
  readonly lenderKey: KeyObject
}

/** The channel's wire under `/v1`, where every message is signed, and the sandbox's levers under `/sandbox`. */
export function channelServer(settings: ServerSettings): FastifyInstance {
  const app = Fastify({
    logger: false,
    bodyLimit: 65_536,
    forceCloseConnections: true,
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false, useDefaults: false } },
    routerOptions: { maxParamLength: 200 },
    frameworkErrors: (_error, _request, reply: FastifyReply) => {
      reply.code(400).send(refused(400, 'malformed').body)
    },
  })
  app.decorateRequest('rawBody')
  app.decorateRequest('isUnsignedAnswer', false)
  app.addHook('onRequest', async (request) => {
    request.rawBody = Buffer.alloc(0)
  })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser<Buffer>('*', { parseAs: 'buffer' }, (request, body, done) => {
    request.rawBody = body
    done(null, body)
  })
  app.setErrorHandler((error, _request, reply) => say(reply, replyToError(error)))
  app.setNotFoundHandler((_request, reply) => say(reply, refused(404, 'no-such-path')))
  app.register(async (wire) => addWireRoutes(wire, settings), { prefix: '/v1' })
  app.register(
    async (sandbox) => {
      sandbox.addHook('preValidation', parseBody)
      addSandboxRoutes(sandbox, settings)
    },
    { prefix: '/sandbox' },
  )
  return app
}

function addWireRoutes(app: FastifyInstance, { bank, runner, bankKey, lenderKey }: ServerSettings): void {
  // Who sends is checked before anything of the content is read.
  app.addHook('preValidation', async (request, reply) => {
    const message = { method: request.method, path: request.raw.url ?? '', body: request.rawBody }
    if (!isSigned(message, request.headers, lenderKey)) {
      const refusal = refused(401, 'signature-refused')
      note(request, placeOf(request), null, refusal)
      return say(reply, refusal)
    }
  })
  app.addHook('preValidation', parseBody)
  app.addHook('onSend', async (request, reply, payload) => {
    if (request.isUnsignedAnswer) return payload
    const body = typeof payload === 'string' ? Buffer.from(payload) : Buffer.alloc(0)
    const asked = request.headers['channel-nonce']
    const message = { method: request.method, path: request.raw.url ?? '', body }
    reply.headers({ ...signMessage(message, bankKey, isNonce(asked) ? asked : undefined) })
    return payload
  })

  app.setErrorHandler((error, request, reply) => {
    note(request, placeOf(request), null, replyToError(error))
    return say(reply, replyToError(error))
  })
  app.setNotFoundHandler((_request, reply) => say(reply, refused(404, 'no-such-path')))

  app.post<{ Body: PaymentRequest }>('/collections', { schema: { body: collectionBody } }, (request, reply) =>
    answer(request, reply, bank.submitPayment('collection', request.body)),
  )
  app.post<{ Body: PaymentRequest }>('/payouts', { schema: { body: payoutBody } }, (request, reply) =>
    answer(request, reply, bank.submitPayment('payout', request.body)),
  )
  app.get<{ Params: Named }>(
    '/payments/:reference',
    { schema: { params: referenceParams } },
    (request, reply) => answer(request, reply, bank.queryPayment(request.params.reference)),
  )
  app.post<{ Body: MandateRequest }>('/mandates', { schema: { body: mandateBody } }, (request, reply) =>
    answer(request, reply, bank.signMandate(request.body)),
  )
  app.get<{ Params: Named }>(
    '/mandates/:reference',
    { schema: { params: referenceParams } },
    (request, reply) => answer(request, reply, bank.queryMandate(request.params.reference)),
  )
  app.post<{ Params: Named; Body: { readonly notifyUrl?: string } }>(
    '/mandates/:reference/termination',
    { schema: { params: referenceParams, body: terminationBody } },
    (request, reply) =>
      answer(request, reply, bank.terminateMandate(request.params.reference, request.body.notifyUrl)),
  )

  async function answer(request: FastifyRequest, reply: FastifyReply, said: Reply): Promise<FastifyReply> {
    note(request, withoutQuery(request.url), withoutCard(request.body), said)
    if (said.delivery === 'hangs') {
      void runner.catchUp()
      return reply.hijack()
    }
    request.isUnsignedAnswer = said.delivery === 'unsigned'
    // Callbacks that are due at once go out after the answer, as far as the network keeps that order.
    reply.raw.once('finish', () => void runner.catchUp())
    return say(reply, said)
  }

  function note(request: FastifyRequest, path: string, content: unknown, said: Reply): void {
    bank.note({
      direction: 'in',
      businessTime: bank.now,
      method: request.method,
      path,
      request: content,
      status: said.delivery === 'hangs' ? 'no-answer' : said.status,
      answer: said.body,
    })
  }
}

function say(reply: FastifyReply, said: Reply): FastifyReply {
  return reply.code(said.status).send(said.body)
}

/** The route's pattern: of a request that was not understood nothing is kept but where it went, for it may hold anything. */
function placeOf(request: FastifyRequest): string {
  return request.routeOptions.url ?? ''
}

function withoutQuery(url: string): string {
  return url.slice(0, url.indexOf('?') < 0 ? undefined : url.indexOf('?'))
}

interface Named {
  readonly reference: string
}

function withoutCard(content: unknown): unknown {
  if (typeof content !== 'object' || content === null) return null
  return Object.fromEntries(
    Object.entries(content).filter(([name]) => name !== 'cardToken' && name !== 'notifyUrl'),
  )
}

/** JSON in UTF-8 or nothing; what is wrong with it is said with a code, never with its content. */
async function parseBody(request: FastifyRequest): Promise<void> {
  if (request.rawBody.length === 0) return
  try {
    request.body = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(request.rawBody))
  } catch {
    throw new Malformed()
  }
}

class Malformed extends Error {
  readonly statusCode = 400
}

function replyToError(error: unknown): Reply {
  const status = statusOf(error)
  return status < 500
    ? refused(status, codeOfStatus(status))
    : { status, body: { outcome: 'unavailable' }, delivery: 'signed' }
}

function statusOf(error: unknown): number {
  if (typeof error !== 'object' || error === null) return 500
  if ('validation' in error) return 400
  return 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500
}

function codeOfStatus(status: number): string {
  switch (status) {
    case 413:
      return 'too-large'
    case 415:
      return 'not-json'
    default:
      return 'malformed'
  }
}
