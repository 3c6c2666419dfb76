import { shanghaiTime } from '@jieqing/domain/calendar/date'
import { Type } from 'typebox'
import type { App } from '../http/app.ts'
import { borrower, sessionCookie } from '../http/guard.ts'
import { codes, reads } from '../http/routes.ts'
import { Closed, Code, Phone, ProblemBody, Time } from '../http/schema.ts'
import type { House } from '../platform/house.ts'
import { Personal } from '../platform/personal.ts'
import { Problem } from '../platform/problem.ts'
import { customerOf, sendCode, useCode } from './codes.ts'
import { endSession, openSession, stepUp } from './sessions.ts'

const limited = { rateLimit: { max: 60, timeWindow: '1 minute' } }

/** Signing in: a phone asks for a code, the code makes a session; and the step-up before closing and payoff (design 2.10). */
export function callerRoutes(app: App, house: House): void {
  app.post(
    '/v1/sign-in-codes',
    {
      config: { access: 'anyone', ...limited },
      schema: {
        summary: 'Send a one-time code to a phone. The answer is the same for every phone.',
        security: [],
        body: Closed({ phone: Phone }),
        response: { 202: Closed({}), '4xx': ProblemBody, '5xx': ProblemBody },
      },
    },
    async (request, reply) => {
      await sendCode(house, new Personal(request.body.phone), 'sign-in')
      return reply.status(202).send({})
    },
  )
  app.post(
    '/v1/sessions',
    {
      config: { access: 'anyone', ...limited },
      schema: {
        summary: 'Sign in with a phone and its code: a cookie for a page, or a bearer token for a program.',
        security: [],
        body: Closed({
          phone: Phone,
          code: Code,
          transport: Type.Union([Type.Literal('cookie'), Type.Literal('bearer')]),
        }),
        response: {
          201: Closed({ token: Type.Optional(Type.String()) }),
          '4xx': ProblemBody,
          '5xx': ProblemBody,
        },
      },
    },
    async (request, reply) => {
      const hmac = house.keyRing.lookup('phone', new Personal(request.body.phone))
      await useCode(house, hmac, 'sign-in', request.body.code)
      const customerId = await customerOf(house, hmac)
      if (customerId === undefined) throw new Problem('code-wrong')
      const token = await openSession(house, customerId, hmac)
      if (request.body.transport === 'bearer') return reply.status(201).send({ token })
      reply.setCookie(sessionCookie, token, { path: '/', httpOnly: true, secure: true, sameSite: 'strict' })
      return reply.status(201).send({})
    },
  )
  const signOut = reads('borrower', 'Sign out.', Closed({}))
  app.delete(
    '/v1/sessions/current',
    { ...signOut, config: { ...signOut.config, keyless: true } },
    async (request, reply) => {
      await endSession(house, borrower(request).tokenHash)
      reply.clearCookie(sessionCookie, { path: '/', secure: true })
      return reply.send({})
    },
  )
  app.post(
    '/v1/me/step-up-codes',
    codes(
      'Send a code to the phone that this session signed in with. The phone is repeated, since only its keyed hash is kept.',
      202,
      Closed({ phone: Phone }),
      Closed({}),
    ),
    async (request, reply) => {
      const phone = new Personal(request.body.phone)
      if (!house.keyRing.lookup('phone', phone).equals(borrower(request).phoneHmac))
        throw new Problem('not-found')
      await sendCode(house, phone, 'step-up')
      return reply.status(202).send({})
    },
  )
  app.post(
    '/v1/me/step-ups',
    codes(
      'Confirm with the code: this session may now close and pay off.',
      201,
      Closed({ code: Code }),
      Closed({ until: Time }),
    ),
    async (request, reply) => {
      const caller = borrower(request)
      await useCode(house, caller.phoneHmac, 'step-up', request.body.code)
      const until = await stepUp(house, caller)
      return reply.status(201).send({ until: shanghaiTime(until) })
    },
  )
}
