import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { codesByNumber } from './codes.ts'
import { en } from './texts/en.ts'
import { zh } from './texts/zh.ts'

test('L3 every number of the format has its code, and every code words in both languages', () => {
  const format: Readonly<Record<string, string>> = JSON.parse(
    readFileSync(new URL('../fixtures/proof/codes.json', import.meta.url), 'utf8'),
  )
  expect(codesByNumber).toEqual(format)
  for (const texts of [zh, en]) expect(Object.keys(texts.codes).sort()).toEqual(Object.values(format).sort())
})
