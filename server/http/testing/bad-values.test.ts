import { TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox'
import Fastify from 'fastify'
import { describe, expect, test } from 'vitest'
import { Closed, DateText, Money, Percent, Phone, PositiveMoney, PublicId, Time, Uuid } from '../schema.ts'
import { badValues } from './bad-values.ts'
import type { JsonSchema } from './contract.ts'

const fields = { DateText, Money, Percent, Phone, PositiveMoney, PublicId, Time, Uuid }

describe('A3 A6 the forms of the contract', () => {
  test.each(Object.entries(fields))(
    '%s takes its example and refuses every bad value',
    async (name, field) => {
      const app = Fastify()
      app.setValidatorCompiler(TypeBoxValidatorCompiler)
      app.post('/', { schema: { body: Closed({ field }) } }, () => ({}))
      const statusOf = async (value: unknown) => {
        const answer = await app.inject({ method: 'POST', url: '/', payload: { field: value } })
        return answer.statusCode
      }
      const { examples }: JsonSchema = field
      expect(await statusOf(examples?.[0])).toBe(200)
      const bad = badValues(field).filter(({ kind }) => name !== 'Money' || kind !== 'zero')
      const taken: unknown[] = []
      for (const { value } of bad) if ((await statusOf(value)) !== 400) taken.push(value)
      expect(taken).toEqual([])
      expect(bad.length).toBeGreaterThan(8)
      await app.close()
    },
  )

  test('a date that is in no calendar is among the bad values of a date', () => {
    const kinds = badValues(DateText).filter(({ kind }) => kind === 'impossible-date')
    expect(kinds.map(({ value }) => value)).toContain('2025-02-29')
    expect(badValues(Time).some(({ value }) => value === '2026-02-30T10:00:00+08:00')).toBe(true)
  })
})
