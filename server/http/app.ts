import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import fastifyCookie from '@fastify/cookie'
import fastifyHelmet from '@fastify/helmet'
import fastifyRateLimit from '@fastify/rate-limit'
import fastifySwagger from '@fastify/swagger'
import fastifySwaggerUi from '@fastify/swagger-ui'
import { type TypeBoxTypeProvider, TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox'
import Fastify, {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type RawServerDefault,
  type RouteOptions,
} from 'fastify'
import { callerRoutes } from '../caller/routes.ts'
import { cardRoutes } from '../card/routes.ts'
import type { CallbackCheck } from '../channel/routes.ts'
import { channelRoutes } from '../channel/routes.ts'
import { closureRoutes } from '../closure/routes.ts'
import { creditLineRoutes } from '../credit-line/routes.ts'
import { customerRoutes } from '../customer/routes.ts'
import { drawdownRoutes } from '../drawdown/routes.ts'
import { feeRoutes } from '../fee/routes.ts'
import { loanRoutes } from '../loan/routes.ts'
import { mandateRoutes } from '../mandate/routes.ts'
import { UnknownOutcome } from '../platform/database/pool.ts'
import type { House } from '../platform/house.ts'
import { Problem } from '../platform/problem.ts'
import { refundRoutes } from '../refund/routes.ts'
import { repaymentRoutes } from '../repayment/routes.ts'
import { type Sandbox, sandboxRoutes } from '../sandbox/routes.ts'
import { timelineRoutes } from '../timeline/routes.ts'
import { guard } from './guard.ts'
import { healthRoutes } from './health.ts'
import { problemJson } from './json.ts'

export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>

export type AppParts = {
  readonly house: House
  readonly callbacks: CallbackCheck
  /** Only in a sandbox: its clock, its fakes. */
  readonly sandbox?: Sandbox
  /** Told of every route as it is added: tests compare them with the contract. */
  readonly onRoute?: (route: RouteOptions) => void
  /** Serves the borrower's page; tests leave it out. */
  readonly pages?: (app: App) => Promise<void>
}

const bodyLimit = 64 * 1024

/** For what is refused before the app's own error handler could be asked. */
const badRequest = refusalInFull(new Problem('bad-request'))

function refusalInFull(problem: Problem) {
  const body = JSON.stringify(problemJson(problem))
  const headers = {
    'content-type': 'application/problem+json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
  }
  return { body, headers }
}

/** The API under `/v1`, its contract at `/openapi.json`, its reference at `/reference`. Contract and checks come from one schema. */
export async function buildApp(parts: AppParts): Promise<App> {
  const loggerInstance: FastifyBaseLogger = parts.house.log
  const app = Fastify({
    bodyLimit,
    loggerInstance,
    // Fastify's defaults drop unknown fields and bend types; here both are refused (design 2.15).
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false, allErrors: true } },
    // What fails before there is a route, or before there is a request at all, has the same form; Fastify's own words repeat the address.
    frameworkErrors: (_error, _request, reply) => {
      reply.raw.writeHead(400, badRequest.headers).end(badRequest.body)
    },
    clientErrorHandler: refuseOnSocket,
  }).withTypeProvider<TypeBoxTypeProvider>()
  app.setValidatorCompiler(TypeBoxValidatorCompiler)
  app.removeContentTypeParser('text/plain')
  if (parts.onRoute !== undefined) app.addHook('onRoute', parts.onRoute)
  app.setErrorHandler((error: FastifyError | Problem | Error, _request, reply) => {
    const problem = problemOf(error)
    if (problem.status >= 500) app.log.error({ err: error }, 'request failed')
    return reply.status(problem.status).type('application/problem+json').send(problemJson(problem))
  })
  app.setNotFoundHandler((_request, reply) => {
    const problem = new Problem('not-found')
    return reply.status(404).type('application/problem+json').send(problemJson(problem))
  })
  await app.register(fastifyHelmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    strictTransportSecurity: false,
  })
  await app.register(fastifyCookie)
  await app.register(fastifyRateLimit, {
    global: false,
    errorResponseBuilder: () => new Problem('too-many-requests'),
  })
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Jieqing',
        version: '1',
        description:
          'The account of a consumer revolving credit line, from invitation to the end. Money is yuan with two places as text; times carry their offset; a command needs an Idempotency-Key; a refusal is an application/problem+json with every reason at once.',
      },
      components: {
        securitySchemes: {
          borrower: {
            type: 'http',
            scheme: 'bearer',
            description: "A borrower's session (or the cookie __Host-jieqing).",
          },
          lender: {
            type: 'http',
            scheme: 'bearer',
            description: "A token of the lender's staff or systems.",
          },
        },
      },
    },
  })
  await app.register(fastifySwaggerUi, { routePrefix: '/reference', staticCSP: true })
  guard(app, parts.house)
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger())
  const { house } = parts
  healthRoutes(app, house)
  await app.register(async (scoped) => channelRoutes(scoped, house, parts.callbacks))
  callerRoutes(app, house)
  creditLineRoutes(app, house)
  cardRoutes(app, house)
  mandateRoutes(app, house)
  drawdownRoutes(app, house)
  loanRoutes(app, house)
  repaymentRoutes(app, house)
  refundRoutes(app, house)
  closureRoutes(app, house)
  timelineRoutes(app, house)
  customerRoutes(app, house)
  feeRoutes(app, house)
  if (parts.sandbox !== undefined) sandboxRoutes(app, house, parts.sandbox)
  await parts.pages?.(app)
  return app
}

/** Whatever went wrong becomes a problem of the one table; our own faults say nothing of themselves to a caller. */
function problemOf(error: FastifyError | Problem | Error): Problem {
  if (error instanceof Problem) return error
  if (error instanceof UnknownOutcome) return new Problem('unavailable')
  if (!('code' in error)) return new Problem('internal')
  switch (error.code) {
    case 'FST_ERR_VALIDATION':
      return new Problem('bad-request', { reasons: fieldsOf(error) })
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
      return new Problem('body-not-json')
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new Problem('body-too-large')
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new Problem('unsupported-media-type')
    case 'FST_ERR_BAD_URL':
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return new Problem('bad-request')
    case 'ECONNREFUSED':
    case 'ECONNRESET':
    case '57P01':
    case '57P03':
      return new Problem('unavailable')
  }
  return 'statusCode' in error && error.statusCode === 400
    ? new Problem('bad-request')
    : new Problem('internal')
}

/** Bytes that are no HTTP. There is no request to answer, so the answer is written by hand. */
function refuseOnSocket(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const head = Object.entries({ ...badRequest.headers, connection: 'close' })
  socket.end(
    `HTTP/1.1 400 Bad Request\r\n${head.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${badRequest.body}`,
  )
}

/** Names of fields only: a refused value may be personal. */
function fieldsOf(error: FastifyError): readonly { readonly code: string; readonly field: string }[] {
  return (error.validation ?? []).map((one) => ({
    code: one.keyword,
    field: `${error.validationContext ?? ''}${one.instancePath}${missing(one.params)}`,
  }))
}

function missing(params: Record<string, unknown>): string {
  const names =
    params.requiredProperties ??
    params.missingProperty ??
    params.additionalProperties ??
    params.additionalProperty
  return names === undefined ? '' : `/${[names].flat().join(',')}`
}
