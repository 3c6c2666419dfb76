import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { classification, columnClasses, dataClasses, personalFields } from './classification.ts'
import { type Catalogue, readCatalogue } from './testing/catalogue.ts'
import { type TestDatabase, testDatabase } from './testing/database.ts'

let database: TestDatabase
let catalogue: Catalogue
beforeAll(async () => {
  database = await testDatabase()
  catalogue = await readCatalogue(database)
})
afterAll(() => database.close())

const classes = columnClasses()

function nameOf(column: {
  readonly schema: string
  readonly table: string
  readonly column: string
}): string {
  return `${column.schema}.${column.table}.${column.column}`
}

describe('H1 every column has a class and a disposition', () => {
  test('no column of the live schema is without a class', () => {
    const unclassified = catalogue.columns.map(nameOf).filter((name) => !classes.has(name))
    expect(unclassified).toEqual([])
    expect(catalogue.columns.length).toBeGreaterThan(300)
  })

  test('no class is left of a column or table that is gone', () => {
    const live = new Set(catalogue.columns.map(nameOf))
    const tables = new Set(catalogue.tables.map(({ schema, table }) => `${schema}.${table}`))
    expect([...classes.keys()].filter((name) => !live.has(name))).toEqual([])
    expect(Object.keys(classification).filter((name) => !tables.has(name))).toEqual([])
  })

  test('what names a person is kept as bytes that only a key opens, never as text', () => {
    const personal = new Set(['contact', 'identity', 'payment-instrument'])
    const inTheClear = catalogue.columns.filter(
      (column) =>
        (classes.get(nameOf(column)) ?? []).some((name) => personal.has(name)) &&
        column.type !== 'bytea' &&
        column.type !== 'timestamp with time zone',
    )
    expect(inTheClear.map(nameOf)).toEqual([])
  })

  test('only the encrypted personal field has rows of several classes, and each kind of field says which', () => {
    const several = [...classes].filter(([, names]) => names.length > 1).map(([name]) => name)
    expect(several).toEqual(['cell.personal_field.ciphertext'])
    const check = catalogue.constraints.find(({ name }) => name === 'personal_field_field_check')
    const allowed = [...(check?.definition.matchAll(/'([a-z-]+)'::text/g) ?? [])].map((match) => match[1])
    expect(allowed.sort()).toEqual(Object.keys(personalFields).sort())
    expect(new Set(Object.values(personalFields))).toEqual(
      new Set(classes.get('cell.personal_field.ciphertext')),
    )
  })

  test('every class says what it is, how long it is kept and on what law, and is used', () => {
    const used = new Set([...classes.values()].flat())
    for (const [name, terms] of Object.entries(dataClasses)) {
      expect([...used]).toContain(name)
      expect(Math.min(terms.what.length, terms.keep.length, terms.basis.length)).toBeGreaterThan(5)
    }
  })

  test('a customer is named by a link alone, so that cutting the link leaves nobody', () => {
    const links = catalogue.columns.filter((column) => /(^|_)customer_id$/.test(column.column))
    expect(links.length).toBeGreaterThan(30)
    for (const column of links)
      expect([nameOf(column), classes.get(nameOf(column))]).toEqual([nameOf(column), ['link']])
  })
})
