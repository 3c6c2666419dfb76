export interface Statement {
  readonly text: string
  /** Where it begins in its file, from 1. */
  readonly line: number
}

/**
 * Cuts a file into its statements, each without the closing semicolon: migrations are sent one statement at a time,
 * as some data definition goes through a distributed installation only so. Knows quotes, dollar quotes and comments;
 * a body of the `begin atomic` kind is to be written in dollar quotes.
 */
export function statementsOf(sql: string): readonly Statement[] {
  const statements: Statement[] = []
  let start = 0
  let at = 0
  let empty = true
  const cut = () => {
    const raw = sql.slice(start, at)
    if (!empty) {
      const lead = raw.length - raw.trimStart().length
      statements.push({ text: raw.trim(), line: lineOf(sql, start + lead) })
    }
    empty = true
  }
  while (at < sql.length) {
    const after = skip(sql, at)
    if (after !== undefined) {
      if (!isComment(sql, at)) empty = false
      at = after
    } else if (sql[at] === ';') {
      cut()
      at += 1
      start = at
    } else {
      if (!/\s/.test(sql[at] ?? '')) empty = false
      at += 1
    }
  }
  cut()
  return statements
}

/** The end of the quoted piece or comment that begins at `at`, or nothing when none does. */
function skip(sql: string, at: number): number | undefined {
  if (sql.startsWith('--', at)) return to(sql, '\n', at + 2)
  if (sql.startsWith('/*', at)) return skipBlockComment(sql, at)
  const character = sql[at]
  if (character === '"') return skipQuoted(sql, at, '"', false)
  if (character === "'")
    return skipQuoted(sql, at, "'", /(^|[^\w$])e$/i.test(sql.slice(Math.max(0, at - 2), at)))
  if (character === '$' && !/[\w$]/.test(sql[at - 1] ?? '')) return skipDollarQuoted(sql, at)
  return undefined
}

function isComment(sql: string, at: number): boolean {
  return sql.startsWith('--', at) || sql.startsWith('/*', at)
}

/** PostgreSQL's block comments nest. */
function skipBlockComment(sql: string, at: number): number {
  let depth = 0
  for (let here = at; here < sql.length; here += 1) {
    if (sql.startsWith('/*', here)) {
      depth += 1
      here += 1
    } else if (sql.startsWith('*/', here)) {
      depth -= 1
      here += 1
      if (depth === 0) return here + 1
    }
  }
  throw new SyntaxError(`line ${lineOf(sql, at)}: a comment is not closed`)
}

/** A doubled quote stands for itself; in an `e'…'` string so does one behind a backslash. */
function skipQuoted(sql: string, at: number, quote: string, escapes: boolean): number {
  for (let here = at + 1; here < sql.length; here += 1) {
    if (escapes && sql[here] === '\\') here += 1
    else if (sql[here] === quote) {
      if (sql[here + 1] !== quote) return here + 1
      here += 1
    }
  }
  throw new SyntaxError(`line ${lineOf(sql, at)}: a quote is not closed`)
}

function skipDollarQuoted(sql: string, at: number): number | undefined {
  const tag = /^\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/.exec(sql.slice(at, at + 66))?.[0]
  if (tag === undefined) return undefined
  const end = sql.indexOf(tag, at + tag.length)
  if (end === -1) throw new SyntaxError(`line ${lineOf(sql, at)}: ${tag} is not closed`)
  return end + tag.length
}

function to(sql: string, mark: string, from: number): number {
  const end = sql.indexOf(mark, from)
  return end === -1 ? sql.length : end + mark.length
}

function lineOf(sql: string, at: number): number {
  return sql.slice(0, at).split('\n').length
}
