import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import { Problem } from '../platform/problem.ts'
import type { App } from './app.ts'

/** Every address of the borrower's page. One document answers them all; what it shows is its own business. */
const addresses = [
  '/',
  '/borrow',
  '/repay',
  '/payoff/:id',
  '/refund',
  '/repayments/:id',
  '/drawdowns/:id',
  '/refunds/:id',
  '/check',
  '/receipt/:id',
  '/timeline',
]

/**
 * Serves the built page in `folder` at `/`. Its files carry a hash in their names and are kept for a year; the document is never kept,
 * so that a new build is seen at once. A program that asks for a page's address gets a problem, not a document.
 */
export function pages(folder: string): (app: App) => Promise<void> {
  return async (app) => {
    const html = await readFile(join(folder, 'index.html'))
    await app.register(fastifyStatic, {
      root: join(folder, 'assets'),
      prefix: '/assets/',
      index: false,
      decorateReply: false,
      immutable: true,
      maxAge: '365d',
    })
    for (const url of addresses) {
      app.get(url, { schema: { hide: true } }, async (request, reply) => {
        if (!/text\/html|\*\/\*/.test(request.headers.accept ?? '*/*')) throw new Problem('not-found')
        return reply.type('text/html; charset=utf-8').header('cache-control', 'no-store').send(html)
      })
    }
  }
}
