import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import type { Block } from './blocks.ts'

export type BlockResult = {
  readonly line: number
  /** What it wrote, to either output. */
  readonly output: string
  readonly ok: boolean
}

/**
 * Runs blocks one after the other in one bash, as somebody would who types them: what one sets the next can use. The first command that
 * fails ends the run, and later blocks have no result. `timeout` (milliseconds) is against what hangs, not a measure.
 *
 * To hold the README to this, an e2e test starts the server (`npm start` with `JIEQING_HOME` in a fresh folder, until it prints its
 * address), calls `runBlocks` on the blocks of README.md that are marked `run`, with `cwd` the checkout and the same `JIEQING_HOME` in
 * `env`, expects every result to be `ok` and as many results as blocks, and expects that no block is without a mark. The block that
 * starts the server is marked `<!-- not run: the test has started it -->`.
 */
export async function runBlocks(
  blocks: readonly Block[],
  options: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv; readonly timeout?: number },
): Promise<readonly BlockResult[]> {
  const sign = `block-${randomUUID()}`
  const script = blocks.map(({ commands }, index) => `echo ${sign} ${index}\n${commands}\n`).join('')
  const child = spawn('bash', ['-euo', 'pipefail'], {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: options.timeout ?? 120_000,
  })
  let output = ''
  const take = (chunk: Buffer) => {
    output += chunk.toString('utf8')
  }
  child.stdout.on('data', take)
  child.stderr.on('data', take)
  // Read whole before it runs, so that no command can eat the ones behind it.
  child.stdin.end(`exec 2>&1\n{\n${script}exit 0\n} </dev/null\n`)
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  const parts = output.split(new RegExp(`^${sign} \\d+\\n`, 'm')).slice(1)
  return parts.map((text, index) => ({
    line: blocks[index]?.line ?? 0,
    output: text,
    ok: code === 0 || index < parts.length - 1,
  }))
}
