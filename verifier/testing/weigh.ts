import { readFileSync } from 'node:fs'
import { check } from '../check.ts'
import { settings, vector } from './vectors.ts'

/**
 * Checks a file in a process of its own and prints how much more memory that took at its highest than good certificates, and how long:
 * `node --import tsx verifier/testing/weigh.ts FILE`.
 */
const good = new TextEncoder().encode(vector('closure').qr)
for (let n = 0; n < 20; n++) check(good, settings)
const before = process.resourceUsage().maxRSS * 1024
const start = process.cpuUsage()
const { verdict } = check(readFileSync(process.argv[2] ?? ''), settings)
const { user, system } = process.cpuUsage(start)
const grownBytes = process.resourceUsage().maxRSS * 1024 - before
process.stdout.write(
  `${JSON.stringify({ verdict, grownBytes, cpuMs: Math.round((user + system) / 1000) })}\n`,
)
