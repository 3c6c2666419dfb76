import { readFile } from 'node:fs/promises'
import { calendarDate } from '@jieqing/domain/calendar/date'
import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { isStale, lenderById, lenderInOffice, lenders, phoneStanding } from './directory.ts'

describe('M2 directory', () => {
  test('the file keeps to its schema and ids are unique', async () => {
    const read = async (name: string) => JSON.parse(await readFile(new URL(name, import.meta.url), 'utf8'))
    const validate = new Ajv({ allowUnionTypes: true }).compile(await read('./schema.json'))
    const data = await read('./directory.json')
    expect(validate(data), JSON.stringify(validate.errors)).toBe(true)
    expect(
      validate({
        ...data,
        entries: [{ ...data.entries[0], phones: [{ number: '12', claim: '', source: 'guess' }] }],
      }),
    ).toBe(false)
    expect(lenders).toHaveLength(96)
    expect(new Set(lenders.map(({ id }) => id)).size).toBe(96)
  })

  test('no number is a fact without a first-party source, and disagreeing sources show none', () => {
    for (const lender of lenders)
      for (const phone of lender.phones) expect(phoneStanding(lender, phone)).not.toBe('fact')
    const weilidai = lenderById('weilidai')
    expect(
      weilidai === undefined
        ? undefined
        : phoneStanding(weilidai, { number: '95384', claim: '', source: 'first-party' }),
    ).toBe('conflicting')
    const icbc = lenderById('rongejie')
    expect(
      icbc === undefined
        ? undefined
        : phoneStanding(icbc, { number: '95588', claim: '', source: 'first-party' }),
    ).toBe('fact')
  })

  test('uncertain cells stay uncertain: products, legal names, conflicting closing paths', () => {
    expect(lenderById('jd-jintiao')).toMatchObject({ lenders: [{ role: 'possible', certain: false }] })
    expect(lenderById('rongejie')?.product).toMatchObject({ certain: false, asWritten: '融e借(?)' })
    expect(lenderById('weilidai')?.closing.state).toBe('conflicting')
    expect(lenders.filter(({ quality }) => quality === 'seen')).toHaveLength(31)
    const office = (id: string) => {
      const lender = lenderById(id)
      return lender === undefined ? 'missing' : lenderInOffice(lender)
    }
    expect([office('huabei'), office('huabei-xyg'), office('fenqile')]).toEqual([
      '重庆蚂蚁消费金融有限公司',
      undefined,
      undefined,
    ])
  })

  test('a claim grows stale after 180 days', () => {
    const [first] = lenders
    if (first === undefined) throw new Error('empty directory')
    expect(isStale(first, calendarDate('2027-04-30'))).toBe(false)
    expect(isStale(first, calendarDate('2027-05-01'))).toBe(true)
  })
})
