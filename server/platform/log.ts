import { type DestinationStream, type Logger, pino } from 'pino'

export type { Logger } from 'pino'

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent'

/**
 * One JSON line an event, on standard error unless told otherwise (standard output belongs to the commands' answers).
 * What names a person, opens a door or moves money is blotted out by its key; errors of the database are reduced to
 * code, table and constraint, because their texts quote the values they refused (design 2.12).
 */
export function createLogger(level: LogLevel = 'info', destination?: DestinationStream): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: [...redactPaths], censor: '[withheld]' },
      serializers: { err: describeError, error: describeError },
    },
    destination ?? pino.destination({ dest: 2, sync: true }),
  )
}

/** For tests and for callers who have nowhere to write. */
export function silentLogger(): Logger {
  return createLogger('silent')
}

const secretKeys = [
  'address',
  'authorization',
  'bankCard',
  'connectionString',
  'cookie',
  'email',
  'idNumber',
  'keysUrl',
  'mainUrl',
  'password',
  'personName',
  'phone',
  'privateKey',
  'secret',
  'token',
] as const

/** At the top of a line and one level down, where requests, answers and bodies are logged. */
export const redactPaths: readonly string[] = [
  ...secretKeys.flatMap((key) => [key, `*.${key}`]),
  'body',
  'req.headers.authorization',
  'req.headers.cookie',
  'req.body',
  'res.headers["set-cookie"]',
  'headers.authorization',
  'headers.cookie',
]

interface LoggedError {
  readonly type: string
  readonly message: string
  readonly code?: string
  readonly table?: string
  readonly constraint?: string
  readonly stack?: string
  readonly cause?: LoggedError
}

function describeError(error: unknown): LoggedError {
  if (!(error instanceof Error))
    return { type: typeof error, message: 'a value that is not an error was thrown' }
  const fields: Error & { severity?: unknown; code?: unknown; table?: unknown; constraint?: unknown } = error
  const fromDatabase = typeof fields.severity === 'string'
  return {
    type: error.name,
    message: fromDatabase ? 'refused by the database' : error.message,
    ...(typeof fields.code === 'string' ? { code: fields.code } : {}),
    ...(typeof fields.table === 'string' ? { table: fields.table } : {}),
    ...(typeof fields.constraint === 'string' ? { constraint: fields.constraint } : {}),
    ...(error.stack === undefined ? {} : { stack: framesOf(error.stack) }),
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  }
}

/** The frames alone: a stack begins with the message, which may quote a value. */
function framesOf(stack: string): string {
  return stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n')
}
