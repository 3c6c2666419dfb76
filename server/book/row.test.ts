import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { columnsOf, type Layout, layoutFromJson, layoutNames, readLayout } from './layout.ts'
import { ignoredColumns, type RefusalCode, RowReader } from './row.ts'

let layout: Layout
let header: readonly string[]
beforeAll(async () => {
  const found = await readLayout('uci-credit-card')
  if (found === undefined) throw new Error('no layout')
  layout = found
  header = columnsOf(layout)
})

/** A row in which every amount is 100 and every status 0, but for what is said. */
function fields(key: string, changes: Readonly<Record<string, string>> = {}): readonly string[] {
  return header.map((column) => {
    const usual =
      column === 'ID' ? key : column.startsWith('PAY_') && !column.startsWith('PAY_AMT') ? '0' : '100'
    return changes[column] ?? usual
  })
}

function reasons(...rows: readonly (readonly string[])[]): readonly (readonly RefusalCode[])[] {
  const reader = new RowReader(layout, header, new Set(['900']))
  return rows.map((row, index) => {
    const read = reader.read(index + 1, row)
    return read.kind === 'line' ? [] : read.reasons.map((reason) => reason.code)
  })
}

describe('A14 a row of an existing book', () => {
  test('is read exactly: yuan become fen without a float', () => {
    const reader = new RowReader(layout, header, new Set())
    const read = reader.read(
      7,
      fields('12', { LIMIT_BAL: '50000', BILL_AMT1: '-0.07', PAY_AMT6: '1234567890123.45', PAY_0: '-2' }),
    )
    expect(read).toMatchObject({
      kind: 'line',
      line: {
        row: 7,
        key: '12',
        limit: 5_000_000n,
        months: { 0: { bill: -7n, status: -2 }, 5: { paid: 123_456_789_012_345n } },
      },
    })
  })

  test('is refused for each reason by its name', () => {
    expect(reasons(fields('1', { BILL_AMT3: 'abc' }))).toEqual([['not-a-number']])
    expect(reasons(fields('1', { BILL_AMT3: '1e5' }))).toEqual([['not-a-number']])
    expect(reasons(fields('1', { PAY_3: '1.5' }))).toEqual([['not-a-number']])
    expect(reasons(fields('x'))).toEqual([['not-a-number']])
    expect(reasons(fields('1', { BILL_AMT3: '1.005' }))).toEqual([['not-whole-fen']])
    expect(reasons(fields('1', { BILL_AMT3: '1.500' }))).toEqual([[]])
    expect(reasons(fields('1', { LIMIT_BAL: '99999999999999' }))).toEqual([['amount-too-large']])
    expect(reasons(fields('1', { LIMIT_BAL: '-1' }))).toEqual([['negative-limit']])
    expect(reasons(fields('1', { PAY_AMT2: '-1' }))).toEqual([['negative-payment']])
    expect(
      reasons(fields('1', { PAY_6: '9' }), fields('2', { PAY_0: '-3' }), fields('3', { PAY_0: '8' })),
    ).toEqual([['status-out-of-range'], ['status-out-of-range'], []])
    expect(reasons(fields('1', { LIMIT_BAL: '' }))).toEqual([['missing-column']])
    expect(reasons(fields('1').slice(0, -1))).toEqual([['column-count', 'missing-column']])
    expect(reasons([...fields('1'), '0'])).toEqual([['column-count']])
    expect(reasons(fields('1'), fields('1'), fields('2'))).toEqual([[], ['duplicate-id'], []])
    expect(reasons(fields('900'))).toEqual([['already-imported']])
  })

  test('is refused with all reasons at once, and the reasons name columns, never values', () => {
    const reader = new RowReader(layout, header, new Set())
    const read = reader.read(
      1,
      fields('1', { LIMIT_BAL: '-5', PAY_AMT1: '-6', PAY_0: '77', BILL_AMT2: '张三', BILL_AMT4: '李四' }),
    )
    expect(read).toEqual({
      kind: 'refused',
      row: 1,
      reasons: [
        { code: 'not-a-number', detail: 'BILL_AMT2, BILL_AMT4' },
        { code: 'negative-limit', detail: 'LIMIT_BAL' },
        { code: 'negative-payment', detail: 'PAY_AMT1' },
        { code: 'status-out-of-range', detail: 'PAY_0' },
      ],
    })
  })

  test('whatever text stands in it, it is read or refused and never throws', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.integer().map(String)), { maxLength: 30 }), (row) => {
        const read = new RowReader(layout, header, new Set()).read(1, row)
        expect(read.kind === 'line' || read.reasons.length > 0).toBe(true)
      }),
    )
  })

  test('has columns that the layout does not use: they are named and left out', () => {
    expect(ignoredColumns(layout, [...header, 'AGE', 'DEFAULT_NEXT_MONTH'])).toEqual([
      'AGE',
      'DEFAULT_NEXT_MONTH',
    ])
  })

  test('without one of the columns in the header every row is refused', () => {
    const reader = new RowReader(layout, header.slice(1), new Set())
    expect(reader.read(1, fields('1').slice(1))).toMatchObject({
      kind: 'refused',
      reasons: [{ code: 'missing-column', detail: 'ID' }],
    })
  })
})

describe('A14 a layout', () => {
  test('is data with a name, and a body with a wrong field is no layout', async () => {
    expect(await layoutNames()).toContain('uci-credit-card')
    expect(await readLayout('../package')).toBeUndefined()
    expect(() => layoutFromJson('x', { product: 'p' })).toThrow(TypeError)
    expect(() => layoutFromJson('x', null)).toThrow(TypeError)
  })
})
