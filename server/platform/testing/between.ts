import type { Database, Queries, Transaction } from '../database/pool.ts'

/** What a test puts between the program and the database. */
export type Between = {
  /** Before every statement: may wait, may throw as a broken machine would, answers the text to send. */
  readonly statement?: (sql: string) => string | Promise<string>
  /** After every commit, before the program hears of it. */
  readonly committed?: () => void
}

/** The same database with something between: what is not named in `Between` goes straight through. */
export function between(database: Database, hooks: Between): Database {
  const queries = intercepted(database, hooks)
  return new Proxy(queries, {
    get(target, name) {
      if (name !== 'transaction') return bound(target, name)
      return async <Result>(work: (trx: Transaction) => Promise<Result>): Promise<Result> => {
        const result = await database.transaction((trx) => work(intercepted(trx, hooks)))
        hooks.committed?.()
        return result
      }
    },
  })
}

const asking: ReadonlySet<string | symbol> = new Set(['rows', 'one', 'maybe', 'changed'])

function intercepted<Asked extends Queries>(asked: Asked, hooks: Between): Asked {
  return new Proxy(asked, {
    get(target, name) {
      const method = bound(target, name)
      if (!asking.has(name) || typeof method !== 'function') return method
      return async (sql: string, params?: readonly unknown[]) =>
        method((await hooks.statement?.(sql)) ?? sql, params)
    },
  })
}

function bound(target: object, name: string | symbol): unknown {
  const value: unknown = Reflect.get(target, name, target)
  return typeof value === 'function' ? value.bind(target) : value
}
