import { tmpdir } from 'node:os'
import { describe, expect, test } from 'vitest'
import { shellBlocks } from './blocks.ts'
import { runBlocks } from './run.ts'

const page = (...lines: string[]) => lines.join('\n')

const sample = page(
  '# Title',
  '<!-- not run: the test has started it -->',
  '```sh',
  'npm start',
  '```',
  'Then:',
  '<!-- run -->',
  '',
  '```sh',
  'who=borrower',
  'echo "a $who" | tr a-z A-Z',
  '```',
  '```json',
  '{ "no": "shell" }',
  '```',
  '<!-- run -->',
  '```sh',
  'read -r line || echo nothing to read',
  'echo "still $who" >&2',
  '```',
  '```sh',
  'echo nobody said whether',
  '```',
)

describe('the commands of a page are run as they stand there', () => {
  const blocks = shellBlocks(sample)
  const marked = blocks.filter(({ mark }) => mark?.kind === 'run')

  test('shell blocks are found with their marks and lines, other blocks are not', () => {
    expect(blocks.map(({ line, mark }) => [line, mark?.kind])).toEqual([
      [4, 'not-run'],
      [10, 'run'],
      [18, 'run'],
      [22, undefined],
    ])
  })

  test('a mark without a shell block, or a block without an end, is a mistake', () => {
    expect(() => shellBlocks(page('<!-- run -->', 'text'))).toThrow('line 1')
    expect(() => shellBlocks(page('', '<!-- run -->', '```json', '{}', '```'))).toThrow('line 2')
    expect(() => shellBlocks('<!-- run -->')).toThrow('line 1')
    expect(() => shellBlocks(page('```sh', 'echo'))).toThrow('line 1')
  })

  test('what one block sets the next can use, and no command reads the ones behind it', async () => {
    const results = await runBlocks(marked, { cwd: tmpdir() })
    expect(results).toEqual([
      { line: 10, output: 'A BORROWER\n', ok: true },
      { line: 18, output: 'nothing to read\nstill borrower\n', ok: true },
    ])
  })

  test('the first command that fails ends the run, in a pipe too', async () => {
    const wrong = shellBlocks(page('<!-- run -->', '```sh', 'echo one; false | cat', 'echo two', '```'))
    const results = await runBlocks([...wrong, ...marked], { cwd: tmpdir() })
    expect(results).toEqual([{ line: 3, output: 'one\n', ok: false }])
  })

  test('an unset variable is a failure, as is an early exit that is not zero', async () => {
    for (const commands of ['echo $nobody_set_this', 'exit 3']) {
      const results = await runBlocks([{ line: 1, commands, mark: { kind: 'run' } }, ...marked], {
        cwd: tmpdir(),
      })
      expect(results.map(({ ok }) => ok)).toEqual([false])
    }
  })
})
