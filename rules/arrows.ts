import { existsSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { dirname, join, normalize } from 'node:path'
import ts from 'typescript'
import { filesBelow, readSource, root } from './sources.ts'

export type Import = {
  /** The file that imports, from the checkout. */
  readonly from: string
  readonly line: number
  readonly specifier: string
  /** Gone once compiled. */
  readonly typeOnly: boolean
  readonly inTest: boolean
}

export type Workspace = {
  readonly folder: string
  /** `@jieqing/server`. */
  readonly name: string
  /** npm packages that its own package.json names. */
  readonly packages: readonly string[]
}

type Manifest = {
  readonly name: string
  readonly workspaces?: readonly string[]
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
}

/** The workspaces of the root package.json that exist. */
export function readWorkspaces(): readonly Workspace[] {
  const { workspaces = [] } = manifestOf('.')
  return workspaces
    .filter((folder) => existsSync(join(root, folder, 'package.json')))
    .map((folder) => {
      const { name, dependencies, devDependencies } = manifestOf(folder)
      return { folder, name, packages: Object.keys({ ...dependencies, ...devDependencies }) }
    })
}

export function rootPackages(): readonly string[] {
  return Object.keys(manifestOf('.').devDependencies ?? {})
}

function manifestOf(folder: string): Manifest {
  return JSON.parse(readSource(join(folder, 'package.json')))
}

/** Every import, export from, and `import()` of a text in a workspace's sources. */
export function importsOf(workspace: Workspace): readonly Import[] {
  return filesBelow(workspace.folder, ['.ts', '.tsx', '.mts']).flatMap((path) =>
    importsIn(path, readSource(path)),
  )
}

export function importsIn(path: string, text: string): readonly Import[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true)
  const found: Import[] = []
  const add = (node: ts.Node, specifier: ts.Node | undefined, typeOnly: boolean) => {
    if (specifier === undefined || !ts.isStringLiteralLike(specifier)) return
    const { line } = source.getLineAndCharacterOfPosition(node.getStart())
    found.push({ from: path, line: line + 1, specifier: specifier.text, typeOnly, inTest: isTest(path) })
  }
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node, node.moduleSpecifier, isTypeOnly(node.importClause))
    else if (ts.isExportDeclaration(node)) add(node, node.moduleSpecifier, node.isTypeOnly)
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
      add(node, node.argument.literal, true)
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node, node.arguments[0], false)
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

function isTypeOnly(clause: ts.ImportClause | undefined): boolean {
  if (clause === undefined) return false
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true
  const named = clause.namedBindings
  if (clause.name !== undefined || named === undefined || !ts.isNamedImports(named)) return false
  return named.elements.length > 0 && named.elements.every((element) => element.isTypeOnly)
}

/** Tests and what only tests use. */
export function isTest(path: string): boolean {
  return /\.(test|e2e)\.tsx?$|\/testing\//.test(path)
}

export type Target =
  | { readonly kind: 'workspace'; readonly name: string }
  | { readonly kind: 'own' }
  | { readonly kind: 'outside'; readonly path: string }
  | { readonly kind: 'node' }
  | { readonly kind: 'package'; readonly name: string }

/** Where an import leads. */
export function targetOf(one: Import, own: Workspace): Target {
  const { specifier } = one
  if (specifier.startsWith('.')) {
    const path = normalize(join(dirname(one.from), specifier))
    return path.startsWith(`${own.folder}/`) ? { kind: 'own' } : { kind: 'outside', path }
  }
  if (specifier.startsWith('node:') || builtinModules.includes(specifier)) return { kind: 'node' }
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
  if (name.startsWith('@jieqing/')) return name === own.name ? { kind: 'own' } : { kind: 'workspace', name }
  return { kind: 'package', name }
}
