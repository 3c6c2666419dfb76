import { describe, expect, test } from 'vitest'
import { en } from './en.ts'
import { say } from './say.ts'
import { zh } from './zh.ts'

describe('M1 sentences', () => {
  test('both languages name the same facts in every sentence', () => {
    expect(placesOf(en)).toEqual(placesOf(zh))
  })

  test('a place without a value shows nothing of its markup', () => {
    expect(say('{a} and {b}', { a: 1 })).toBe('1 and ')
  })
})

function placesOf(value: unknown): unknown {
  if (typeof value === 'string') return [...new Set(value.match(/\{[a-zA-Z]+\}/g) ?? [])].sort()
  if (typeof value !== 'object' || value === null) return undefined
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, placesOf(inner)]))
}
