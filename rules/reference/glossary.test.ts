import { blockerCodes } from '@jieqing/domain/closure/blockers'
import { closingOrderTable } from '@jieqing/domain/closure/order'
import { drawdownRefusalCodes } from '@jieqing/domain/drawdown/decide'
import { chart, postingKinds } from '@jieqing/domain/ledger/chart'
import { shippedPolicies } from '@jieqing/domain/policy/policy'
import { classification } from '@jieqing/server/platform/classification'
import { problemCodes } from '@jieqing/server/platform/problem-codes'
import { describe, expect, test } from 'vitest'
import { readSource } from '../sources.ts'

/** Words of every day, and of programs, that need no line. */
const plain = new Set(
  `above after amount available bad below body brought by clock code configured cross cut day days e8 end ended first flight
   forward found from in internal interval is json key large line link lookup many max maximum media message min minimum minutes
   missing month needed no not off offered one open order other out over over part phone progress request requested requests
   request returned reused run signed site sms started step taken taken then time to token too treatment type under unavailable
   unsupported until up use version wrong allowed card cash data date field id method money path per row sign submitted table
   unit way with without yearly daily charge charged taken submit`.split(/\s+/),
)

const lines = readSource('docs/reference/glossary.md')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !/^\| (term|---) /.test(line))
  .map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '').trim()))

/** The trade's words that have a line, in any of the forms given there. */
const terms = new Set(
  lines.flatMap(([term = '']) => term.toLowerCase().split(/[\s,;-]+/)).filter((word) => word !== ''),
)

const names = {
  blockers: [...blockerCodes, ...drawdownRefusalCodes],
  states: Object.keys(closingOrderTable),
  tables: Object.keys(classification).map((name) => name.split('.')[1] ?? ''),
  accounts: Object.values(chart).map(({ name }) => name),
  postings: Object.keys(postingKinds),
  problems: Object.keys(problemCodes),
  policies: Object.keys(shippedPolicies['cn-2026']).map((name) =>
    name.replace(/[A-Z]/g, (letter) => `-${letter}`),
  ),
}

describe('the glossary has the words of the trade', () => {
  test.each(Object.entries(names))('every word of the %s', (_kind, list) => {
    const words = list.flatMap((name) => name.toLowerCase().split(/[-_]/))
    const missing = words.filter((word) => !plain.has(word) && !known(word))
    expect([...new Set(missing)]).toEqual([])
    expect(list.length).toBeGreaterThan(2)
  })

  test('every line has a term, its Chinese and a meaning, and no term has two lines', () => {
    for (const [term = '', chinese = '', meaning = '', ...more] of lines) {
      expect([term, /\p{Script=Han}/u.test(chinese), meaning.endsWith('.'), more]).toEqual([
        term,
        true,
        true,
        [],
      ])
    }
    const all = lines.flatMap(([term = '']) => term.split(/[,;] /))
    expect(all.filter((term, index) => all.indexOf(term) !== index)).toEqual([])
    expect(all.length).toBeGreaterThan(100)
  })

  test('every word in bold has a line of its own', () => {
    const bold = [...readSource('docs/reference/glossary.md').matchAll(/\*\*([^*]+)\*\*/g)].map(
      ([, word]) => word ?? '',
    )
    const missing = bold.filter(
      (phrase) =>
        !phrase
          .toLowerCase()
          .split(/[\s-]+/)
          .every(known),
    )
    expect(missing).toEqual(['bold'])
  })
})

function known(word: string): boolean {
  return terms.has(word) || (word.endsWith('s') && terms.has(word.slice(0, -1)))
}
