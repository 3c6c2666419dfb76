import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

// `npm run screens`: the tour of every screen, with a picture of each in both languages in docs/screens.
const root = fileURLToPath(new URL('../..', import.meta.url))
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs')
const { status } = spawnSync(
  process.execPath,
  [vitest, 'run', '--project', 'e2e', 'web/borrower/tour.e2e.ts'],
  { cwd: root, stdio: 'inherit', env: { ...process.env, JIEQING_SCREENS: join(root, 'docs/screens') } },
)
process.exit(status ?? 1)
