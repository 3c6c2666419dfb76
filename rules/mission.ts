import ts from 'typescript'
import { filesBelow, readSource } from './sources.ts'

/** A test that names a mission id, with the groups that it stands in: "A4 interest > a leap day counts". */
export type NamedTest = { readonly file: string; readonly title: string }

/** The ids of the finished issues, by issue: each must be named by a test. */
export function finishedIds(): readonly string[] {
  const issues: Readonly<Record<string, readonly string[]>> = JSON.parse(readSource('rules/mission-ids.json'))
  return Object.values(issues).flat()
}

/** For each id the tests that name it, in their own words or in those of a group around them. */
export function testsByMission(): ReadonlyMap<string, readonly NamedTest[]> {
  const found = new Map<string, NamedTest[]>()
  for (const file of filesBelow('.', ['.test.ts', '.test.tsx', '.e2e.ts', '.e2e.tsx'])) {
    for (const title of titlesIn(readSource(file)))
      for (const id of idsIn(title)) found.set(id, [...(found.get(id) ?? []), { file, title }])
  }
  return found
}

/** Ids as the mission writes them, A1 to M7; a range such as "A1-A4" is no name of what lies between. */
export function idsIn(title: string): readonly string[] {
  return [...new Set([...title.matchAll(/(?<![\w-])[A-M][1-9][0-9]?(?![\w-])/g)].map(([id]) => id))]
}

/** The full titles of a file's tests: groups, then the test's own words. */
export function titlesIn(text: string): readonly string[] {
  const source = ts.createSourceFile('tests.tsx', text, ts.ScriptTarget.ES2023, true, ts.ScriptKind.TSX)
  const titles: string[] = []
  const visit = (node: ts.Node, groups: readonly string[]): void => {
    const call = ts.isCallExpression(node) ? titled(node) : undefined
    if (call?.kind === 'test') titles.push([...groups, call.title].join(' > '))
    const inside = call?.kind === 'describe' ? [...groups, call.title] : groups
    ts.forEachChild(node, (child) => visit(child, inside))
  }
  visit(source, [])
  return titles
}

/** `test('…')`, `test.each(…)('…')`, `describe('…')` and their like; one that is skipped or left to do is no test. */
function titled(
  call: ts.CallExpression,
): { readonly kind: 'test' | 'describe'; readonly title: string } | undefined {
  const words = wordsOf(call.expression)
  const [name, ...more] = words
  const kind = name === 'describe' ? 'describe' : name === 'test' || name === 'it' ? 'test' : undefined
  const [title] = call.arguments
  if (kind === undefined || title === undefined || more.includes('skip') || more.includes('todo'))
    return undefined
  if (ts.isStringLiteralLike(title)) return { kind, title: title.text }
  if (ts.isTemplateExpression(title)) return { kind, title: title.getText().slice(1, -1) }
  return undefined
}

function wordsOf(callee: ts.Expression): readonly string[] {
  if (ts.isIdentifier(callee)) return [callee.text]
  if (ts.isPropertyAccessExpression(callee)) return [...wordsOf(callee.expression), callee.name.text]
  if (ts.isCallExpression(callee)) return wordsOf(callee.expression)
  if (ts.isTaggedTemplateExpression(callee)) return wordsOf(callee.tag)
  return []
}
