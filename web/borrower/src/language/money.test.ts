import { describe, expect, test } from 'vitest'
import { moneySum, moneyText, moneyWords, percentOf, typedMoney } from './money'

describe('A6 money on the page', () => {
  test.each([
    ['0.00', '¥0.00', '0元', '0 yuan'],
    ['0.07', '¥0.07', '7分', '0 yuan 7 fen'],
    ['10105.50', '¥10,105.50', '10105元5角', '10105 yuan 50 fen'],
    ['1234567.89', '¥1,234,567.89', '1234567元8角9分', '1234567 yuan 89 fen'],
  ])('%s is shown as %s and read as %s', (amount, shown, chinese, english) => {
    expect(moneyText(amount)).toBe(shown)
    expect(moneyWords(amount, 'zh')).toBe(chinese)
    expect(moneyWords(amount, 'en')).toBe(english)
  })

  test.each([
    ['5000', '5000.00'],
    ['5,000.5', '5000.50'],
    ['０１２', '12.00'],
    ['¥ 7.25', '7.25'],
    ['0', '0.00'],
  ])('%s typed means %s', (typed, money) => expect(typedMoney(typed)).toBe(money))

  test.each(['', '1.234', '-5', '1e3', '五千', '.5', '5.'])('%s is no amount', (typed) =>
    expect(typedMoney(typed)).toBeUndefined(),
  )

  test('amounts are added to the fen', () => {
    expect(moneySum('2000.00', '105.07')).toBe('2105.07')
    expect(moneySum('0.01', '0.02')).toBe('0.03')
    expect(moneySum()).toBe('0.00')
  })

  test('a share never leaves 0 to 100', () => {
    expect(percentOf('13500.00', '50000.00')).toBe(27)
    expect(percentOf('9.00', '3.00')).toBe(100)
    expect(percentOf('0.00', '0.00')).toBe(0)
  })
})
