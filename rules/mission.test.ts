import { describe, expect, test } from 'vitest'
import { finishedIds, idsIn, testsByMission, titlesIn } from './mission.ts'

describe('mission ids are named by tests', () => {
  test('every id of the finished issues', () => {
    const tests = testsByMission()
    expect(finishedIds().filter((id) => !tests.has(id))).toEqual([])
  })

  test('a title is read with its groups, its tables and its templates; a skipped test names nothing', () => {
    const text = `
      describe('A1 entry', () => {
        test('an invited customer sees it (C2)', () => {})
        describe.each([1])('A2 line', () => { it.each([1])(\`of \${1}\`, () => {}) })
        test.skip('B1 nothing', () => {})
        test.todo('B2 nothing')
      })
      describe('B3 a group without tests', () => {})`
    expect(titlesIn(text)).toEqual([
      'A1 entry > an invited customer sees it (C2)',
      `A1 entry > A2 line > of \${1}`,
    ])
    expect(titlesIn(text).map(idsIn)).toEqual([
      ['A1', 'C2'],
      ['A1', 'A2'],
    ])
    expect(idsIn('A4: SHA256 M15 A10, XA1 A1-B2 UTF8 C0')).toEqual(['A4', 'M15', 'A10'])
  })
})
