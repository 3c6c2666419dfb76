import { policyJson } from '@jieqing/domain/policy/json'
import { shippedPolicies } from '@jieqing/domain/policy/policy'
import { creditByTheDay, importedRevolving, productJson } from '@jieqing/domain/policy/product'
import { readSource } from '../sources.ts'
import { code, generatedFrom, page, table } from './page.ts'

/** Both profiles side by side, and the products; what a value means is the comment of its field. */
export function policiesPage(): string {
  const profiles = Object.entries(shippedPolicies).map(
    ([name, policy]) => [name, flat(policyJson(policy))] as const,
  )
  const products = [creditByTheDay, importedRevolving].map(
    (product) => [`${product.code}@${product.version}`, flat(productJson(product))] as const,
  )
  const meanings = commentsOf('domain/policy/policy.ts')
  return page(
    '# Policies and products (产品参数)',
    generatedFrom('`domain/policy/policy.ts` and `domain/policy/product.ts`'),
    'The numbers of the product are data: named, versioned, dated, made by one and checked by another. `cn-2026` is what law and good practice ask and the default; `popular-guide` has the numbers of widely read consumer guides. Amounts are whole fen, daily rates integers in 1e-8.',
    '## Policies',
    table(
      ['value', ...profiles.map(([name]) => name), 'differs', 'means'],
      namesIn(profiles).map((name) => {
        const values = profiles.map(([, policy]) => policy.get(name) ?? '')
        const differs = new Set(values).size > 1 ? 'yes' : ''
        return [code(name), ...values, differs, meanings.get(name.split('.')[0] ?? '') ?? '']
      }),
    ),
    '## Products',
    table(
      ['value', ...products.map(([name]) => name)],
      namesIn(products).map((name) => [
        code(name),
        ...products.map(([, product]) => product.get(name) ?? ''),
      ]),
    ),
  )
}

type Named = readonly (readonly [string, ReadonlyMap<string, string>])[]

function namesIn(sets: Named): readonly string[] {
  return [...new Set(sets.flatMap(([, values]) => [...values.keys()]))]
}

function flat(value: unknown, name = ''): ReadonlyMap<string, string> {
  if (Array.isArray(value)) return new Map([[name, value.map((one) => inline(one)).join('; ') || 'none']])
  if (typeof value !== 'object' || value === null) return new Map([[name, String(value)]])
  return new Map(
    Object.entries(value).flatMap(([key, part]) => [...flat(part, name === '' ? key : `${name}.${key}`)]),
  )
}

function inline(value: unknown): string {
  return typeof value === 'object' && value !== null ? Object.values(value).join(' ') : String(value)
}

/** Field by field, the comment before it; fields that follow each other share one. */
function commentsOf(path: string): ReadonlyMap<string, string> {
  const comments = new Map<string, string>()
  let last = ''
  for (const line of readSource(path).split('\n')) {
    const comment = /^ {2}\/\*\* (.*) \*\/$/.exec(line)?.[1]
    const field = /^ {2}readonly (\w+)\??:/.exec(line)?.[1]
    if (comment !== undefined) last = comment
    else if (field !== undefined && !comments.has(field)) comments.set(field, last)
  }
  return comments
}
