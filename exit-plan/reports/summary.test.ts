import { describe, expect, test } from 'vitest'
import { summaryIn } from './summary.ts'

const table = [
  '信贷记录',
  '            信用卡   购房   其他   其他业务',
  '账户数                      6      --     3     --',
  '未结清/未销户账户数          4      --     2     --',
  '发生过逾期的账户数           1      --     1     --',
  '发生过90天以上逾期的账户数    1      --     0     --',
]

describe('M5 summary of the brief credit report', () => {
  test('its rows are added up over the columns; what is not reported is not zero', () => {
    expect(summaryIn(table.join('\n'))).toEqual({ accounts: 9, open: 6, everOverdue: 2, over90Days: 1 })
    expect(summaryIn('账户数 -- -- -- --\n未结清/未销户账户数 0 0 0 0')).toEqual({
      accounts: undefined,
      open: 0,
      everOverdue: undefined,
      over90Days: undefined,
    })
  })

  test('bars between cells and full-width figures are the same table', () => {
    expect(summaryIn('| 账户数 | ６ | -- | ３ | -- |'.slice(1))?.accounts).toBe(9)
  })

  test('a sentence about accounts, or glued cells, are no table', () => {
    expect(summaryIn('从未发生过逾期的账户数较多。')).toBeUndefined()
    expect(summaryIn('账户数6--3--')).toBeUndefined()
    expect(summaryIn('')).toBeUndefined()
  })
})
