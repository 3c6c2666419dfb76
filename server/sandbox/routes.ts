import { shanghaiTime } from '@jieqing/domain/calendar/date'
import { Type } from 'typebox'
import type { App } from '../http/app.ts'
import { Closed, DateText, Phone, ProblemBody, Time } from '../http/schema.ts'
import type { House } from '../platform/house.ts'
import type { Jobs } from '../platform/jobs.ts'
import { SandboxMessages } from '../platform/messages.ts'
import { Personal } from '../platform/personal.ts'
import { Problem } from '../platform/problem.ts'
import { advance, type SandboxFake } from './advance.ts'

export type Sandbox = {
  readonly jobs: Jobs
  readonly fakes: readonly SandboxFake[]
  readonly borrowers: readonly SandboxBorrower[]
}

export type SandboxBorrower = {
  readonly phone: string
  readonly story: 'invited' | 'in-debt' | 'nothing-owed'
}

const ClockBody = Closed({ now: Time, today: DateText })

/** Only a sandbox has these: its clock, its messages, its borrowers. */
export function sandboxRoutes(app: App, house: House, sandbox: Sandbox): void {
  const schema = (summary: string) => ({ summary, security: [] })
  const problems = { '4xx': ProblemBody, '5xx': ProblemBody }
  const clock = () => ({ now: shanghaiTime(house.clock.business()), today: house.today() })
  app.get(
    '/v1/sandbox/clock',
    {
      config: { access: 'anyone' },
      schema: { ...schema('The business time of this sandbox.'), response: { 200: ClockBody, ...problems } },
    },
    clock,
  )
  app.post(
    '/v1/sandbox/clock/advance',
    {
      config: { access: 'anyone' },
      schema: {
        ...schema('Let time pass: everything that falls due on the way happens.'),
        body: Closed({ minutes: Type.Integer({ minimum: 1, maximum: 576_000, examples: [40] }) }),
        response: { 200: Closed({ now: Time, today: DateText, stops: Type.Integer() }), ...problems },
      },
    },
    async (request) => {
      const to = new Date(house.clock.business().getTime() + request.body.minutes * 60_000)
      const stops = await advance(house, sandbox.jobs, sandbox.fakes, to)
      return { ...clock(), stops: stops.length }
    },
  )
  app.get(
    '/v1/sandbox/messages',
    {
      config: { access: 'anyone' },
      schema: {
        ...schema('What was sent to a phone, newest first: the sandbox has no real one.'),
        querystring: Type.Object({ phone: Phone }, { additionalProperties: false }),
        response: {
          200: Closed({
            messages: Type.Array(
              Closed({
                template: Type.String(),
                parameters: Type.Record(Type.String(), Type.String()),
                sentAt: Time,
              }),
            ),
          }),
          ...problems,
        },
      },
    },
    async (request) => {
      if (!(house.messages instanceof SandboxMessages)) throw new Problem('not-found')
      const messages = await house.messages.sentTo(new Personal(request.query.phone))
      return { messages: messages.map((one) => ({ ...one, sentAt: shanghaiTime(one.sentAt) })) }
    },
  )
  app.get(
    '/v1/sandbox/borrowers',
    {
      config: { access: 'anyone' },
      schema: {
        ...schema('Invented borrowers to try things with.'),
        response: {
          200: Closed({ borrowers: Type.Array(Closed({ phone: Phone, story: Type.String() })) }),
          ...problems,
        },
      },
    },
    () => ({ borrowers: [...sandbox.borrowers] }),
  )
}
