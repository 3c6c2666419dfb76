import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { blockerCodes } from '@jieqing/domain/closure/blockers'
import { entryRefusalCodes, invitationRefusalCodes } from '@jieqing/domain/credit-line/invitation'
import { drawdownRefusalCodes } from '@jieqing/domain/drawdown/decide'
import { rejectionCodes } from '@jieqing/server/connectors/channel/port'
import { problemCodes } from '@jieqing/server/platform/problem-codes'
import { describe, expect, test } from 'vitest'
import { en } from './en.ts'
import { zh } from './zh.ts'

const catalogues = { zh, en }

describe.each(['zh', 'en'] as const)(
  'A1 A3 C2 C5 L1 every code of the server has a sentence (%s)',
  (language) => {
    const texts = catalogues[language]

    test('every problem code, and no other', () => {
      expect(Object.keys(texts.problems).sort()).toEqual(Object.keys(problemCodes).sort())
    })

    test('every blocker, in the order of the answers, and how it reads where it does not stand', () => {
      expect(Object.keys(texts.blockers)).toEqual([...blockerCodes])
      expect(Object.keys(texts.fine)).toEqual(blockerCodes.filter((code) => !/^line-/.test(code)))
    })

    test('every reason of a refusal', () => {
      const codes = [
        ...entryRefusalCodes,
        ...invitationRefusalCodes,
        ...drawdownRefusalCodes,
        ...reasonsInServer(),
      ]
      expect(codes).toContain('quote-expired')
      expect(Object.keys(texts.reasons)).toEqual(expect.arrayContaining(codes))
      expect(Object.keys(texts.entry)).toEqual([...entryRefusalCodes])
    })

    test('every kind of event and every promise', () => {
      expect(eventsInServer()).toEqual(
        expect.arrayContaining(['line-closed', 'refund-failed', 'debit-requested']),
      )
      expect(Object.keys(texts.events).sort()).toEqual(eventsInServer())
      expect(obligationsInServer()).toContain('autodebit.revoke')
      expect(Object.keys(texts.obligations).sort()).toEqual(obligationsInServer())
    })

    test('every reason for which the channel refuses or fails', () => {
      const said = [...rejectionCodes, ...failuresOfThePort()]
      expect(Object.keys(texts.failures).sort()).toEqual(said.sort())
    })
  },
)

describe('L1 both languages say the same things', () => {
  test('no sentence is empty, and none of the English ones is Chinese but for the switch', () => {
    for (const [language, texts] of Object.entries(catalogues)) {
      for (const [path, text] of sentences(texts, language)) {
        expect(text.trim(), path).not.toBe('')
        if (language === 'en' && path !== 'en.page.switchLanguage')
          expect(text, path).not.toMatch(/\p{Script=Han}/u)
      }
    }
  })
})

const server = fileURLToPath(new URL('../../server', import.meta.url))

const sources = readdirSync(server, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !/\.test\.ts$|testing\//.test(path))
  .map((path) => readFileSync(join(server, path), 'utf8'))

/** Whatever is appended as an event: the strings given as its kind, in place or by a constant of that name. */
function eventsInServer(): readonly string[] {
  const kinds = sources.flatMap((source) =>
    callsOf(source, 'appendEvents').flatMap((call) => {
      const given = [...call.matchAll(/\bkind(?::([^,}]*)|(?=,))/g)].map(
        ([, value]) => value ?? constantsOf(source),
      )
      return given.flatMap((value) => literals(value.replace(/=== '[a-z-]+'/g, '')))
    }),
  )
  return [...new Set(kinds)].sort()
}

/** Everything that a constant named `kind` is set to in this file. */
function constantsOf(source: string): string {
  return [...source.matchAll(/const kind =([^;]*?)\n\s*(?:await|const|return)/g)]
    .map(([, value]) => value)
    .join()
}

/** The text between the brackets of every call of `name`. */
function callsOf(source: string, name: string): readonly string[] {
  return source
    .split(`${name}(`)
    .slice(1)
    .map((rest) => {
      let depth = 1
      let end = 0
      while (depth > 0 && end < rest.length) {
        if (rest[end] === '(') depth += 1
        if (rest[end] === ')') depth -= 1
        end += 1
      }
      return rest.slice(0, end)
    })
}

/** Where obligations are made, codes with a dot are theirs (design 2.3). */
function obligationsInServer(): readonly string[] {
  const makers = sources.filter((source) => source.includes("'obligation'"))
  const codes = makers.flatMap((source) =>
    [...source.matchAll(/code: '([a-z-]+\.[a-z.-]+)'/g)].map(([, code]) => code ?? ''),
  )
  return [...new Set(codes)].sort()
}

/** Reasons that commands give beside those that the domain lists. */
function reasonsInServer(): readonly string[] {
  const codes = sources
    .filter((source) => source.includes('new Problem(') && source.includes('reasons'))
    .flatMap((source) => [
      ...[...source.matchAll(/\bcode: '([a-z-]+)'/g)].map(([, code]) => code ?? ''),
      ...[...source.matchAll(/&& '([a-z-]+)',/g)].map(([, code]) => code ?? ''),
    ])
  return [...new Set([...codes, 'quote-void', 'quote-expired', 'quote-paid'])].sort()
}

/** The failure codes that the port's page lists. */
function failuresOfThePort(): string[] {
  const port = readFileSync(join(server, 'connectors/channel/port.ts'), 'utf8')
  const list = /Why a payment failed: ([^.]*?), or one/s.exec(port)?.[1] ?? ''
  return [...list.matchAll(/`([a-z-]+)`/g)].map(([, code]) => code ?? '')
}

function literals(text: string): readonly string[] {
  return [...text.matchAll(/'([a-z-]+)'/g)].map(([, code]) => code ?? '')
}

function sentences(value: unknown, path: string): readonly (readonly [string, string])[] {
  if (typeof value === 'string') return [[path, value]]
  if (typeof value === 'function') return [[path, String(value('1', '2'))]]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) => sentences(inner, `${path}.${name}`))
}
