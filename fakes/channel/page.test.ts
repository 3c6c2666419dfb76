import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { amountModes } from './behaviour.ts'
import { waitAfter } from './retry-schedule.ts'

const page = readFileSync(new URL('../../docs/reference/bank-direct-channel.md', import.meta.url), 'utf8')

describe('A10 the page of the bank-direct channel says what the fake does', () => {
  test('its table of triggers is the one in use', () => {
    const rows = [...page.matchAll(/^\| +([0-9]{2}) +\| +`([a-z-]+)` +\|/gm)].map(([, digits, mode]) => [
      digits,
      mode,
    ])
    expect(rows).toEqual([...amountModes])
  })

  test('its retry schedule is the one in use', () => {
    const said = /tried again after ([^:]+):/.exec(page)?.[1] ?? ''
    const seconds = [...said.matchAll(/([0-9]+)\s(s|min|h)\b/g)].map(
      ([, count, unit]) => Number(count) * (unit === 's' ? 1 : unit === 'min' ? 60 : 3_600),
    )
    const waits = Array.from({ length: seconds.length + 1 }, (_, index) => waitAfter(index + 1))
    expect(waits).toEqual([...seconds.map((wait) => wait * 1_000), undefined])
  })
})
