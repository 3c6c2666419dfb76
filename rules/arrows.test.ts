import { describe, expect, test } from 'vitest'
import { importsIn, importsOf, readWorkspaces, rootPackages, targetOf } from './arrows.ts'

/** Which workspaces a workspace may import (the house's plan); its tests may import more. */
const arrows: Readonly<
  Record<string, { readonly code: readonly string[]; readonly tests?: readonly string[] }>
> = {
  '@jieqing/domain': { code: [] },
  // Its tests compare the catalogues with every code that the server can give.
  '@jieqing/texts': { code: ['@jieqing/domain'], tests: ['@jieqing/server'] },
  '@jieqing/server': {
    code: ['@jieqing/domain', '@jieqing/texts'],
    tests: ['@jieqing/fakes', '@jieqing/verifier'],
  },
  '@jieqing/exit-plan': { code: ['@jieqing/domain', '@jieqing/texts'] },
  '@jieqing/fakes': { code: [] },
  '@jieqing/verifier': { code: [] },
  // A page knows the server by its generated client alone; its tests in a browser start the whole house.
  '@jieqing/borrower': { code: ['@jieqing/texts'], tests: ['@jieqing/server', '@jieqing/domain'] },
  '@jieqing/console': { code: ['@jieqing/texts'], tests: ['@jieqing/server', '@jieqing/domain'] },
  '@jieqing/bench': {
    code: [
      '@jieqing/domain',
      '@jieqing/server',
      '@jieqing/fakes',
      '@jieqing/texts',
      '@jieqing/exit-plan',
      '@jieqing/verifier',
    ],
  },
}

/** The client generated from the contract is written by a program of the page's own that asks the server for it. */
const contractReaders: readonly string[] = ['web/borrower/contract.ts', 'web/console/contract.ts']

const workspaces = readWorkspaces()
const all = workspaces.flatMap((workspace) =>
  importsOf(workspace).map((one) => ({ ...one, workspace, target: targetOf(one, workspace) })),
)
const where = ({ from, line, specifier }: { from: string; line: number; specifier: string }) =>
  `${from}:${line} ${specifier}`

describe('arrows between workspaces', () => {
  test('every workspace has its place in the plan', () => {
    expect(workspaces.map(({ name }) => name).filter((name) => !(name in arrows))).toEqual([])
    expect(all.length).toBeGreaterThan(300)
  })

  test('a workspace imports only what the plan lets it', () => {
    const wrong = all.filter(({ target, workspace, inTest, from }) => {
      if (target.kind !== 'workspace' || contractReaders.includes(from)) return false
      const plan = arrows[workspace.name]
      const allowed = [...(plan?.code ?? []), ...(inTest ? (plan?.tests ?? []) : [])]
      return !allowed.includes(target.name)
    })
    expect(wrong.map(where)).toEqual([])
  })

  test('the domain imports nothing at run time: no module of Node, no package', () => {
    const wrong = all.filter(
      ({ target, workspace, inTest, typeOnly }) =>
        workspace.name === '@jieqing/domain' && !inTest && !typeOnly && target.kind !== 'own',
    )
    expect(wrong.map(where)).toEqual([])
  })

  test('no relative path leaves its workspace', () => {
    const wrong = all.filter(({ target, inTest }) => {
      if (target.kind !== 'outside') return false
      // Tests read fixtures, which belong to no workspace; those in a browser start the program as a whole.
      return !(inTest && /^(fixtures|bin)\//.test(target.path))
    })
    expect(wrong.map(where)).toEqual([])
  })

  test('a package is named by the workspace that uses it; only tests use the tools of the root', () => {
    const shared = new Set(rootPackages())
    const wrong = all.filter(({ target, workspace, inTest, from }) => {
      if (target.kind !== 'package' || workspace.packages.includes(target.name)) return false
      const tool = inTest || from.endsWith('.config.ts')
      return !(tool && shared.has(target.name))
    })
    expect(wrong.map(where)).toEqual([])
  })

  test('no workspace leads back to itself', () => {
    const leads = new Map<string, Set<string>>()
    for (const { workspace, target, inTest, from } of all) {
      if (target.kind !== 'workspace' || inTest || contractReaders.includes(from)) continue
      leads.set(workspace.name, new Set([...(leads.get(workspace.name) ?? []), target.name]))
    }
    const reach = (name: string, seen: ReadonlySet<string>): boolean =>
      [...(leads.get(name) ?? [])].some((next) => seen.has(next) || reach(next, new Set([...seen, next])))
    expect([...leads.keys()].filter((name) => reach(name, new Set([name])))).toEqual([])
  })

  test('the reader of imports knows every form of them', () => {
    const found = importsIn(
      'server/x.ts',
      `import a from 'a'\nimport type { B } from 'b'\nimport { type C } from 'c'\nexport * from 'd'\nconst e = await import('e')\nlet f: import('f').F\nimport 'g'`,
    )
    expect(found.map(({ specifier, typeOnly }) => `${specifier}${typeOnly ? ' type' : ''}`)).toEqual([
      'a',
      'b type',
      'c type',
      'd',
      'e',
      'f type',
      'g',
    ])
  })
})
