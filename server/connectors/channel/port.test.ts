import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { cardTokenOrNone, rejectionCodes } from './port.ts'

const page = readFileSync(new URL('../../../docs/reference/bank-direct-channel.md', import.meta.url), 'utf8')

describe('A10 the channel port', () => {
  test('the page of the channel lists every final "no", in the same order', () => {
    const rows = [...page.matchAll(/^\| +(?:422|409) +\| +`([a-z-]+)` +\|/gm)].map(([, code]) => code)
    expect(rows).toEqual([...rejectionCodes])
  })

  test.each(['short', 'a'.repeat(65), '6222 0000 0000 0000', 'card/../1'])(
    '"%s" is no card token',
    (text) => {
      expect(cardTokenOrNone(text)).toBeUndefined()
    },
  )
})
