import { fromBase45 } from './base45.ts'
import { latin1, same, utf8Bytes } from './bytes.ts'
import { inflate } from './inflate.ts'
import { limits } from './limits.ts'
import { attachmentsOf } from './pdf.ts'
import { type Picture, qrTextOf } from './picture.ts'
import { Refused } from './reasons.ts'

/** The signed statement that an input carries, and the proof that came with it. */
export interface Carried {
  readonly signed: Uint8Array
  readonly proof?: Uint8Array
  readonly format: 'cbor' | 'qr-text' | 'picture' | 'pdf'
}

export type ReadPicture = (bytes: Uint8Array) => Picture

/** Recognised by their first bytes, whatever the file is called. */
export function carriedBy(input: Uint8Array, readPicture: ReadPicture): Carried {
  if (input.length === 0) throw new Refused('input-empty')
  if (input.length > limits.file) throw new Refused('input-too-large')
  const start = latin1(input.subarray(0, 1024))
  if (start.includes('%PDF-')) return fromPdf(input)
  if (start.startsWith('\x89PNG\r\n\x1a\n')) {
    return { signed: fromQrText(qrTextOf(readPicture(input))), format: 'picture' }
  }
  if (start.startsWith(prefix)) {
    if (input.length > limits.qrText + 2) throw new Refused('input-too-large')
    return { signed: fromQrText(latin1(input).replace(/\r?\n$/, '')), format: 'qr-text' }
  }
  // Only arrays, maps and tags of CBOR begin so; no text does.
  if ((input[0] ?? 0) >= 0x80) return { signed: input, format: 'cbor' }
  throw new Refused('format-unknown')
}

const prefix = 'JQ1:'

/** Base45 and zlib behind the prefix. */
export function fromQrText(text: string): Uint8Array {
  if (!text.startsWith(prefix)) throw new Refused('qr-prefix')
  if (text.length > limits.qrText) throw new Refused('input-too-large')
  return inflate(fromBase45(text.slice(prefix.length)), limits.signed)
}

function fromPdf(pdf: Uint8Array): Carried {
  const attachments = attachmentsOf(pdf)
  const certificates = attachments.filter((file) => file[0] === 0xd2)
  const proofs = attachments.filter((file) => startsWith(file, 'c2sp.org/tlog-proof@v1\n'))
  const [signed] = certificates
  const [proof] = proofs
  if (signed === undefined) throw new Refused('pdf-without-certificate')
  if (certificates.length > 1 || proofs.length > 1) throw new Refused('pdf-several-certificates')
  return proof === undefined ? { signed, format: 'pdf' } : { signed, proof, format: 'pdf' }
}

function startsWith(file: Uint8Array, text: string): boolean {
  const bytes = utf8Bytes(text)
  return same(file.subarray(0, bytes.length), bytes)
}
