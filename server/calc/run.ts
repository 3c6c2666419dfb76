import { answerApr } from './apr.ts'
import { Fields, type Problem } from './fields.ts'
import { linesOf } from './lines.ts'
import { answerSchedule } from './schedule.ts'

export type CalcKind = 'schedule' | 'apr'

/**
 * Answers each line of `input` (one JSON object a line) with one line, in order, as they come: the calculator behind
 * `jieqing calc` (mission A13). Pieces of input may end anywhere. A line that cannot be answered gets
 * `{"id","error":{"code","message"}}`, `id` null where it has none, and the rest goes on. Blank lines are passed over.
 * Gives the exit code: 0 if every line was answered, 1 if some were refused.
 */
export async function runCalc(
  kind: CalcKind,
  input: AsyncIterable<string>,
  write: (line: string) => void | Promise<void>,
): Promise<0 | 1> {
  let exitCode: 0 | 1 = 0
  for await (const line of linesOf(input)) {
    if (line !== undefined && line.trim() === '') continue
    const answer = answerLine(kind, line)
    if (answer.refused) exitCode = 1
    await write(`${JSON.stringify(answer.body)}\n`)
  }
  return exitCode
}

type Answer = { readonly refused: boolean; readonly body: object }

function answerLine(kind: CalcKind, line: string | undefined): Answer {
  if (line === undefined) return refused(null, { code: 'line-too-long', message: 'the line is too long' })
  const parsed = parse(line)
  if (parsed === undefined) return refused(null, { code: 'not-json', message: 'the line is not JSON' })
  const problems: Problem[] = []
  const fields = new Fields(parsed.value, '', problems)
  const id = fields.text('id')
  const knownId = problems.length === 0 ? id : null
  const answered = answerOf(kind, fields, problems)
  const [problem] = problems
  return answered === undefined || problem !== undefined
    ? refused(knownId, problem ?? { code: 'no-rate', message: 'the line has no answer' })
    : { refused: false, body: { id, ...answered } }
}

function answerOf(kind: CalcKind, fields: Fields, problems: readonly Problem[]): object | undefined {
  switch (kind) {
    case 'schedule':
      return answerSchedule(fields, problems)
    case 'apr':
      return answerApr(fields, problems)
  }
}

function refused(id: string | null, { code, message }: Problem): Answer {
  return { refused: true, body: { id, error: { code, message } } }
}

function parse(line: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(line) }
  } catch {
    return undefined
  }
}
