import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { fenFromYuan } from '@jieqing/domain/money/fen'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { longestLine } from './lines.ts'
import { type CalcKind, runCalc } from './run.ts'

type Case = { readonly name: string; readonly line: object; readonly answer: object }

function casesOf(kind: CalcKind): readonly Case[] {
  return readFileSync(new URL(`../../fixtures/calc/${kind}.ndjson`, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Case)
}

async function* inPieces(text: string, sizes: readonly number[] = [7]): AsyncGenerator<string> {
  for (let at = 0, turn = 0; at < text.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1
    yield text.slice(at, at + size)
    at += size
  }
}

async function answers(kind: CalcKind, text: string, sizes?: readonly number[]) {
  let written = ''
  const exitCode = await runCalc(kind, inPieces(text, sizes), (line) => {
    written += line
  })
  return { exitCode, written }
}

describe.each(['schedule', 'apr'] as const)('A13 contract of calc %s', (kind) => {
  for (const { name, line, answer } of casesOf(kind)) {
    test(name, async () => {
      const { exitCode, written } = await answers(kind, JSON.stringify(line), [1_000])
      expect(written).toBe(`${JSON.stringify(answer)}\n`)
      expect(exitCode).toBe('error' in answer ? 1 : 0)
    })
  }

  test('all cases at once, in pieces of any size, give the same lines in the same order', async () => {
    const all = casesOf(kind)
    const text = all.map(({ line }) => JSON.stringify(line)).join('\r\n')
    const expected = all.map(({ answer }) => `${JSON.stringify(answer)}\n`).join('')
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 4000 }), { minLength: 1 }), async (sizes) => {
        expect(await answers(kind, text, sizes)).toEqual({ exitCode: 1, written: expected })
      }),
      { numRuns: 10 },
    )
  })
})

describe('A13 the calculator as a stream', () => {
  const [first] = casesOf('schedule')
  const good = JSON.stringify(first?.line)

  test('answers a line before the next one comes', async () => {
    let written = 0
    const seen: number[] = []
    async function* input() {
      yield `${good}\n`
      seen.push(written)
      yield `${good}\n`
      seen.push(written)
    }
    await runCalc('schedule', input(), () => {
      written += 1
    })
    expect(seen).toEqual([1, 2])
  })

  test('waits for the writer', async () => {
    const order: string[] = []
    await runCalc('schedule', inPieces(`${good}\n${good}\n`), async () => {
      order.push('begun')
      await Promise.resolve()
      order.push('done')
    })
    expect(order).toEqual(['begun', 'done', 'begun', 'done'])
  })

  test('passes over blank lines and answers nothing to nothing', async () => {
    expect(await answers('schedule', '\n  \n\r\n')).toEqual({ exitCode: 0, written: '' })
  })

  test('refuses what is not JSON, not an object, or too long, and goes on', async () => {
    const text = ['nonsense', '[]', 'null', 'x'.repeat(longestLine + 1), good].join('\n')
    const { exitCode, written } = await answers('schedule', text, [300_000])
    const lines = written
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: unknown; error?: { code: string } })
    expect(exitCode).toBe(1)
    expect(lines.map((line) => line.error?.code)).toEqual([
      'not-json',
      'wrong-type',
      'wrong-type',
      'line-too-long',
      undefined,
    ])
    expect(lines.map((line) => line.id)).toEqual([null, null, null, null, 'a'])
  })

  test('answers every JSON whatever it holds with one line, and never fails', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom<CalcKind>('schedule', 'apr'),
        fc.oneof(fc.jsonValue(), spoiled('schedule'), spoiled('apr')),
        async (kind, value) => {
          const { written } = await answers(kind, JSON.stringify(value), [10_000])
          expect(written.split('\n').length).toBe(2)
          expect(JSON.parse(written)).toHaveProperty('id')
        },
      ),
      { numRuns: Math.max(1, Math.round(300 * Number(process.env.JIEQING_TEST_SCALE ?? '1'))) },
    )
  })

  /** A good line with one field anywhere replaced by something else. */
  function spoiled(kind: CalcKind): fc.Arbitrary<unknown> {
    const lines = casesOf(kind).map(({ line }) => line)
    return fc
      .record({ line: fc.constantFrom(...lines), at: fc.nat(), value: fc.jsonValue() })
      .map(({ line, at, value }) => {
        let seen = 0
        const target = at % 40
        return JSON.parse(JSON.stringify(line), (_, old: unknown) => {
          seen += 1
          return seen === target ? value : old
        }) as unknown
      })
  }
})

describe('A13 answers of the calculator', () => {
  const answered = casesOf('schedule').flatMap(({ answer }) => ('schedule' in answer ? [answer] : []))

  test('have the documented keys in the documented order', () => {
    for (const answer of answered) {
      const { schedule, events, payoff, totals, ...rest } = answer as unknown as Answered
      const keys = Object.keys(answer)
      expect(keys).toEqual(
        ['id', 'schedule', 'events', 'payoff', 'totals'].filter(
          (key) => key !== 'payoff' || payoff !== undefined,
        ),
      )
      expect(Object.keys(rest)).toEqual(['id'])
      for (const row of schedule) {
        expect(Object.keys(row).join()).toBe('n,due,principal,interest,fees,penalty,total,balance')
      }
      for (const event of events) {
        expect(Object.keys(event).join()).toBe('on,paid,balance')
        expect(Object.keys(event.paid).join()).toBe('fees,penalty,interest,principal,overpaid')
      }
      if (payoff !== undefined) {
        expect(Object.keys(payoff).join()).toBe('on,principal,interest,penalty,fees,total')
      }
      expect(Object.keys(totals).join()).toBe('principal,interest,fees,penalty,total')
    }
  })

  test('add up: each row to its total, the rows to the totals', () => {
    const fen = (text: string | undefined) => fenFromYuan(text ?? '') ?? -1n
    const parts = ['principal', 'interest', 'fees', 'penalty'] as const
    for (const { schedule, totals } of answered as unknown as readonly Answered[]) {
      for (const row of [...schedule, totals]) {
        expect(parts.reduce((sum, part) => sum + fen(row[part]), 0n)).toBe(fen(row.total))
      }
      for (const part of [...parts, 'total'] as const) {
        expect(schedule.reduce((sum, row) => sum + fen(row[part]), 0n)).toBe(fen(totals[part]))
      }
    }
  })

  type Row = Readonly<Record<'principal' | 'interest' | 'fees' | 'penalty' | 'total', string>>
  type Answered = {
    readonly id: string
    readonly schedule: readonly Row[]
    readonly events: readonly { readonly paid: object }[]
    readonly payoff?: object
    readonly totals: Row
  }
})

describe('A13 the calc command', () => {
  const program = `
    import { Command } from 'commander'
    import { addCalcCommands } from './command.ts'
    const program = new Command('jieqing')
    addCalcCommands(program)
    await program.parseAsync(['node', 'jieqing', ...process.argv.slice(1)])
  `

  function jieqing(words: readonly string[], input: string) {
    const args = ['--import', 'tsx', '--input-type=module', '--eval', program, '--', ...words]
    const cwd = fileURLToPath(new URL('.', import.meta.url))
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, input, encoding: 'utf8' })
    return { status, stdout, stderr }
  }

  const [example] = casesOf('schedule')
  const [rate] = casesOf('apr')

  test('answers on standard output and exits 0', () => {
    const answered = jieqing(['calc', 'schedule'], `${JSON.stringify(example?.line)}\n`)
    expect(answered).toEqual({ status: 0, stdout: `${JSON.stringify(example?.answer)}\n`, stderr: '' })
  }, 30_000)

  test('exits 1 when a line was refused', () => {
    const answered = jieqing(['calc', 'apr'], `${JSON.stringify(rate?.line)}\nnonsense\n`)
    expect(answered.status).toBe(1)
    expect(answered.stdout.split('\n').length).toBe(3)
  }, 30_000)

  test('exits 2 when its words are off, and says so on standard error alone', () => {
    for (const words of [['calc', 'balance'], ['calc', 'apr', 'more'], ['calc', 'apr', '--fast'], ['calc']]) {
      const answered = jieqing(words, '')
      expect([answered.status, answered.stdout]).toEqual([2, ''])
      expect(answered.stderr).not.toBe('')
    }
  }, 60_000)
})
