import type { FastifyRequest } from 'fastify'
import { type Caller, callerOf, requireStepUp } from '../caller/sessions.ts'
import type { House } from '../platform/house.ts'
import { Problem } from '../platform/problem.ts'
import type { App } from './app.ts'
import { Closed } from './schema.ts'

/** Who may call a route. Every route says so; one that does not is refused at start. */
export type Access = 'anyone' | 'borrower' | 'lender'

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access
    /** Needs a fresh one-time code (design 2.10). */
    stepUp?: boolean
    /** Doing it twice is the same by itself, so no key is asked for. */
    keyless?: boolean
  }
  interface FastifyRequest {
    caller: Caller | undefined
  }
}

export const sessionCookie = '__Host-jieqing'

/** Checks caller, origin and idempotency key before any body is read. */
export function guard(app: App, house: House): void {
  app.decorateRequest('caller', undefined)
  app.addHook('onRoute', (route) => {
    if (route.url.startsWith('/v1') && route.config?.access === undefined)
      throw new Error(`${route.url} does not say who may call it`)
    // A route that names no query takes none: unknown fields are refused there too (design 2.15).
    if (route.schema !== undefined && route.schema.hide !== true && route.schema.querystring === undefined)
      route.schema = { ...route.schema, querystring: Closed({}) }
  })
  app.addHook('onRequest', async (request) => {
    const { access, stepUp, keyless } = request.routeOptions.config
    const changes = request.method !== 'GET' && request.method !== 'HEAD'
    if (changes && request.headers['sec-fetch-site'] === 'cross-site') throw new Problem('cross-site')
    if (access === undefined || access === 'anyone') return
    const token = tokenOf(request)
    const caller = token === undefined ? undefined : await callerOf(house, token)
    if (caller === undefined) throw new Problem('not-signed-in')
    if ((access === 'borrower') !== (caller.kind === 'borrower')) throw new Problem('not-allowed')
    request.caller = caller
    if (stepUp === true) requireStepUp(house, borrower(request))
    if (changes && keyless !== true) idempotencyKey(request)
  })
}

/** The borrower who calls; only routes with borrower access ask. */
export function borrower(request: FastifyRequest): Caller & { readonly kind: 'borrower' } {
  const { caller } = request
  if (caller?.kind !== 'borrower') throw new Problem('not-signed-in')
  return caller
}

/** What a command is known by: the caller's key, the route and all of the content. */
export function commandOf(request: FastifyRequest, customerId: bigint) {
  return {
    customerId,
    actor: request.caller?.actor ?? 'unknown',
    key: idempotencyKey(request),
    content: { method: request.method, path: request.url, body: request.body ?? null },
  }
}

/** The key that the caller made for this command. */
export function idempotencyKey(request: FastifyRequest): string {
  const key = request.headers['idempotency-key']
  if (typeof key !== 'string' || !/^[A-Za-z0-9_-]{8,100}$/.test(key))
    throw new Problem('idempotency-key-missing')
  return key
}

function tokenOf(request: FastifyRequest): string | undefined {
  const bearer = /^Bearer ([A-Za-z0-9_-]{20,100})$/.exec(request.headers.authorization ?? '')
  return bearer?.[1] ?? request.cookies[sessionCookie]
}
