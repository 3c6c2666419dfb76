import { latin1 } from './bytes.ts'
import { inflate } from './inflate.ts'
import { limits } from './limits.ts'
import { Refused } from './reasons.ts'

/**
 * The files attached to a PDF, as far as they can be certificates or proofs. Streams cannot hide inside other objects of a PDF, so
 * every attachment has its dictionary in the clear: they are found by it, without following the rest of the file. What the pages show is
 * not read at all: only what is signed counts.
 */
export function attachmentsOf(pdf: Uint8Array): readonly Uint8Array[] {
  const text = latin1(pdf)
  const attachments: Uint8Array[] = []
  let from = 0
  for (let seen = 0; seen < limits.attachments; ) {
    const found = text.indexOf('/EmbeddedFile', from)
    if (found < 0) break
    from = found + '/EmbeddedFile'.length
    // `/EmbeddedFiles` is the list of names; only the type of a stream is meant.
    if (/^[A-Za-z]/.test(text.charAt(from))) continue
    seen += 1
    const content = contentAt(pdf, text, found)
    if (content !== undefined) attachments.push(content)
  }
  return attachments
}

function contentAt(pdf: Uint8Array, text: string, found: number): Uint8Array | undefined {
  // The dictionary reaches from the last ` obj` before its type to `stream`; a few hundred bytes. Nothing is searched to the end of
  // the file: a file may consist of beginnings.
  const before = text.slice(Math.max(0, found - nearby), found)
  const after = text.slice(found, found + nearby)
  const object = before.lastIndexOf(' obj')
  const stream = after.indexOf('stream')
  if (stream < 0 || object < 0) return undefined
  const dictionary = before.slice(object) + after.slice(0, stream)
  const data = found + stream + 'stream'.length
  const start = data + (text.startsWith('\r\n', data) ? 2 : 1)
  const length = /\/Length ([0-9]{1,7})(?! [0-9]+ R)/.exec(dictionary)?.[1]
  const end = start + (length === undefined ? endOf(text, start) : Number(length))
  if (end < start || end > pdf.length || end - start > limits.proof * 2) return undefined
  const bytes = pdf.slice(start, end)
  const filter = /\/Filter\s*\[?\s*\/([A-Za-z0-9]+)/.exec(dictionary)?.[1]
  if (filter === undefined) return bytes
  if (filter !== 'FlateDecode') return undefined
  try {
    return inflate(bytes, limits.proof)
  } catch (error) {
    // Somebody else's attachment may be anything.
    if (error instanceof Refused) return undefined
    throw error
  }
}

/** Bytes to `endstream`; below zero where it is too far away. */
function endOf(text: string, start: number): number {
  return text.slice(start, start + limits.proof * 2 + 'endstream'.length).indexOf('endstream')
}

const nearby = 2048
