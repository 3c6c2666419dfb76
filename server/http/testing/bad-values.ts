import type { JsonSchema } from './contract.ts'

export const badKinds = [
  'wrong-type',
  'zero',
  'negative',
  'too-large',
  'three-decimals',
  'impossible-date',
  'bad-form',
] as const

export type BadKind = (typeof badKinds)[number]

export type BadValue = { readonly kind: BadKind; readonly value: unknown }

/** Values that a field of this schema must refuse, each with the kind of mistake that it stands for. */
export function badValues(schema: JsonSchema): readonly BadValue[] {
  return [
    ...wrongTypes(schema),
    ...(schema.type === 'integer' ? badIntegers(schema) : []),
    ...(isMoney(schema) ? badAmounts : []),
    ...(schema.format === 'date' || schema.format === 'date-time' ? impossibleDates(schema.format) : []),
    ...(isText(schema) ? badTexts(schema) : []),
  ]
}

/** An amount of yuan, known by what its pattern takes and refuses. */
export function isMoney({ pattern }: JsonSchema): boolean {
  return pattern !== undefined && new RegExp(pattern).test('1234.50') && !new RegExp(pattern).test('1234.5')
}

function isText(schema: JsonSchema): boolean {
  return schema.type === 'string' || schema.anyOf?.every((one) => isText(one)) === true
}

function wrongTypes(schema: JsonSchema): readonly BadValue[] {
  const others =
    schema.type === 'integer' ? ['1', '', 1.5, true] : isText(schema) ? [1, 0, 1234.5, false] : ['text']
  return [...others, null, [], {}, ['x']].map((value) => ({ kind: 'wrong-type', value }))
}

function badIntegers({ minimum, maximum }: JsonSchema): readonly BadValue[] {
  return [
    ...(minimum === undefined || minimum > 0 ? [{ kind: 'zero', value: 0 } as const] : []),
    { kind: 'negative', value: -1 },
    { kind: 'negative', value: Number.MIN_SAFE_INTEGER },
    { kind: 'too-large', value: (maximum ?? Number.MAX_SAFE_INTEGER) + 1 },
    { kind: 'too-large', value: 2 ** 53 },
    { kind: 'too-large', value: 1e308 },
    { kind: 'three-decimals', value: 1.005 },
  ]
}

const badAmounts: readonly BadValue[] = [
  ...['0.00', '0'].map((value) => ({ kind: 'zero', value }) as const),
  ...['-0.01', '-1.00', '-0.00'].map((value) => ({ kind: 'negative', value }) as const),
  ...['99999999999999.00', `${'9'.repeat(400)}.00`, '1e30', 'Infinity'].map(
    (value) => ({ kind: 'too-large', value }) as const,
  ),
  ...['1.005', '1.000', '0.001'].map((value) => ({ kind: 'three-decimals', value }) as const),
  ...['1', '1.5', '01.00', '+1.00', '1,000.00', ' 1.00', '1.00 ', '1.00\n', '１.００', 'NaN', '¥1.00'].map(
    (value) => ({ kind: 'bad-form', value }) as const,
  ),
]

function impossibleDates(format: 'date' | 'date-time'): readonly BadValue[] {
  const dates = ['2026-02-30', '2025-02-29', '2026-13-01', '2026-00-10', '2026-04-31', '2026-6-1', '20260610']
  return dates.map((date) => ({
    kind: 'impossible-date',
    value: format === 'date' ? date : `${date}T10:00:00+08:00`,
  }))
}

/** Only what the pattern does not take: whether "12345678" is bad form depends on the field. */
function badTexts({ pattern, examples, anyOf }: JsonSchema): readonly BadValue[] {
  const example = [...(examples ?? []), anyOf?.[0]?.enum?.[0], anyOf?.[0]?.const].find(
    (one) => typeof one === 'string',
  )
  const good = typeof example === 'string' ? example : 'text'
  const texts = ['', ' ', '\u0000', '\ud800', `${good}\n`, ` ${good}`, good.toUpperCase(), `${good}'--`]
  const refused = (value: string) =>
    pattern !== undefined ? !new RegExp(pattern).test(value) : anyOf !== undefined && value !== good
  return [
    ...texts.filter(refused).map((value) => ({ kind: 'bad-form', value }) as const),
    ...['x'.repeat(5000), '9'.repeat(5000)]
      .filter(refused)
      .map((value) => ({ kind: 'too-large', value }) as const),
  ]
}
