import { check } from '../check.ts'
import { costly } from './malformed.ts'
import { settings, vector } from './vectors.ts'

/**
 * Checks the costliest input of a name in a process of its own and prints how much more memory that took than a good certificate, and how
 * long: `node --import tsx verifier/testing/weigh.ts NAME`.
 */
const input = costly()[process.argv[2] ?? ''] ?? new Uint8Array(0)
const good = new TextEncoder().encode(vector('closure').qr)
for (let n = 0; n < 20; n++) check(good, settings)
const before = process.memoryUsage.rss()
let most = before
const start = process.cpuUsage()
const { verdict } = check(input, settings)
most = Math.max(most, process.memoryUsage.rss())
const { user, system } = process.cpuUsage(start)
process.stdout.write(
  `${JSON.stringify({ verdict, grownBytes: most - before, cpuMs: Math.round((user + system) / 1000) })}\n`,
)
