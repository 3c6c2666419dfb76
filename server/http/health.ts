import { collectDefaultMetrics, Registry } from 'prom-client'
import type { House } from '../platform/house.ts'
import { Problem } from '../platform/problem.ts'
import type { App } from './app.ts'

/** `/livez`: the process answers. `/readyz`: it can work. `/metrics`: what operators watch. */
export function healthRoutes(app: App, house: House): void {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  app.get('/livez', { schema: { hide: true } }, () => ({ live: true }))
  app.get('/readyz', { schema: { hide: true } }, async () => {
    const row = await house.cell
      .one<{ waiting: bigint; open: string }>(
        'select (select count(*) from outbox where due_at <= $1) as waiting, (select max(business_date) from business_day) as open',
        [house.clock.business()],
      )
      .catch(() => {
        throw new Problem('unavailable')
      })
    return { ready: true, openBusinessDate: row.open, outboxWaiting: Number(row.waiting) }
  })
  app.get('/metrics', { schema: { hide: true } }, async (_request, reply) => {
    reply.type(registry.contentType)
    return registry.metrics()
  })
}
