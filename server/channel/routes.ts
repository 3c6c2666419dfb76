import type { FastifyInstance } from 'fastify'
import type { CallbackReading } from '../connectors/channel/callback.ts'
import type { House } from '../platform/house.ts'
import { Problem } from '../platform/problem.ts'
import { recordChannelResults } from './results.ts'

/** Verifies and reads a callback's exact bytes. */
export type CallbackCheck = (callback: {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Uint8Array
}) => CallbackReading

/** The address that channels call back. The signature is over the exact bytes, so nothing may parse them first. */
export function channelRoutes(scope: FastifyInstance, house: House, check: CallbackCheck): void {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  scope.post(
    '/v1/channel-callbacks/bank-direct',
    { config: { access: 'anyone' }, schema: { hide: true } },
    async (request, reply) => {
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
      const reading = check({ method: 'POST', path: request.url, headers: request.headers, body })
      if (reading.kind === 'refused')
        throw new Problem(reading.reason === 'malformed' ? 'bad-request' : 'callback-refused')
      await recordChannelResults(house, [reading.result])
      return reply.status(200).send({})
    },
  )
}
