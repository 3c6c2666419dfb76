import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { getDocumentProxy } from 'unpdf'
import type { AskPassword } from './archive.ts'
import { Refusal } from './refusal.ts'
import { clean } from './text.ts'

/** A piece of text on a page as PDF readers give it: left edge, baseline (upwards), width and height in points. */
export interface PageText {
  readonly text: string
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** Statements and reports have a few hundred pages at most. */
const mostPages = 3000

/**
 * The text of every page. Statements often name Chinese fonts without embedding them; the tables that turn their codes
 * into characters stand in `cmaps/`. No text at all (a scan, a photo): `pdf-without-text`.
 */
export async function pdfPages(
  bytes: Uint8Array,
  path: string,
  passwords: readonly string[],
  ask: AskPassword,
): Promise<readonly (readonly PageText[])[]> {
  const document = await opened(bytes, path, passwords, ask)
  if (document.numPages > mostPages) throw new Refusal('too-large', `${document.numPages} pages`)
  const pages: (readonly PageText[])[] = []
  for (let number = 1; number <= document.numPages; number += 1) {
    const page = await document.getPage(number)
    const content = await page.getTextContent()
    pages.push(content.items.flatMap(pageText))
    page.cleanup()
  }
  if (pages.every((page) => page.length === 0)) throw new Refusal('pdf-without-text')
  return pages
}

/** Items as the library and the test data give them; marked content and blanks are no text. */
export function pageText(item: unknown): readonly PageText[] {
  if (typeof item !== 'object' || item === null || !('str' in item) || !('transform' in item)) return []
  const { str, transform } = item
  if (typeof str !== 'string' || !Array.isArray(transform) || clean(str) === '') return []
  const number = (value: unknown) => (typeof value === 'number' ? value : 0)
  const width = 'width' in item ? number(item.width) : 0
  const height = 'height' in item ? number(item.height) : 0
  return [
    {
      text: str.trim(),
      x: number(transform[4]),
      y: number(transform[5]),
      width,
      height: height || number(transform[3]),
    },
  ]
}

async function opened(bytes: Uint8Array, path: string, passwords: readonly string[], ask: AskPassword) {
  const tries: (string | undefined)[] = [undefined, ...passwords]
  for (let asked = 0; ; ) {
    const password = tries.shift()
    try {
      return await getDocumentProxy(bytes.slice(), {
        isEvalSupported: false,
        verbosity: 0,
        useWorkerFetch: false,
        BinaryDataFactory: OwnTables,
        ...(password === undefined ? {} : { password }),
      })
    } catch (error) {
      const name = error instanceof Error ? error.name : ''
      if (name !== 'PasswordException')
        throw new Refusal('damaged', error instanceof Error ? error.message : '')
    }
    if (tries.length > 0) continue
    const given = asked < 3 ? await ask(path) : undefined
    asked += 1
    if (given === undefined) throw new Refusal(passwords.length === 0 ? 'password-needed' : 'password-wrong')
    tries.push(given)
  }
}

/** Hands the character tables over from the folder beside this file: the tool fetches nothing. */
class OwnTables {
  async fetch({ filename }: { filename: string }): Promise<Uint8Array> {
    return new Uint8Array(await readFile(new URL(`./cmaps/${basename(filename)}`, import.meta.url)))
  }
}
