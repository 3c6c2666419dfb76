import type { GetV1MeErrors } from './generated'

/** The server's "no" (RFC 9457): a code, every reason, every blocker. */
export type Problem = GetV1MeErrors['4XX']

export class Refused extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.code)
    this.problem = problem
  }
}

/** No answer came: a command may or may not have been done. */
export class Unanswered extends Error {}

const patienceMilliseconds = 20_000

/** One call of the API. The session is a cookie that no script can read; nothing here knows a token. */
export async function call<Answer>(
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  more: { readonly body?: unknown; readonly key?: string; readonly signal?: AbortSignal } = {},
): Promise<Answer> {
  const patience = new AbortController()
  const timer = setTimeout(() => patience.abort(), patienceMilliseconds)
  const stop = () => patience.abort()
  more.signal?.addEventListener('abort', stop)
  try {
    const answer = await fetch(path, {
      method,
      credentials: 'same-origin',
      cache: 'no-store',
      signal: patience.signal,
      headers: {
        accept: 'application/json',
        ...(more.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(more.key === undefined ? {} : { 'idempotency-key': more.key }),
      },
      ...(more.body === undefined ? {} : { body: JSON.stringify(more.body) }),
    })
    const body: unknown = await answer.json()
    if (answer.ok) return body as Answer // the contract's type for this path and status
    throw isProblem(body) ? new Refused(body) : new Unanswered(`status ${answer.status}`)
  } catch (error) {
    throw error instanceof Refused ? error : new Unanswered(String(error))
  } finally {
    clearTimeout(timer)
    more.signal?.removeEventListener('abort', stop)
  }
}

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'code' in body && 'reasons' in body
}

export function isNotSignedIn(error: unknown): boolean {
  return error instanceof Refused && error.problem.code === 'not-signed-in'
}
