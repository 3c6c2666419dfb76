import { readFileSync } from 'node:fs'
import { nodeCrypto } from '../crypto-node.ts'
import { readPng } from '../picture-png.ts'
import { readPolicy } from '../policy.ts'

/** `fixtures/proof/vectors.json`: made by another encoder than any of ours. */
export interface Vectors {
  readonly issuer: { readonly name: string; readonly seed: string; readonly kid: string }
  readonly person: { readonly name: string; readonly idType: string; readonly idNumber: string }
  readonly policy: {
    readonly version: 1
    readonly issuers: readonly {
      readonly name: string
      readonly keys: readonly { readonly kid: string; readonly publicKey: string }[]
    }[]
    readonly log: readonly string[]
    readonly proof: string
  }
  readonly statements: readonly {
    readonly name: string
    readonly payload: string
    readonly signed: string
    readonly qr: string
    readonly leaf: string
    readonly proof: string
  }[]
  readonly base45: readonly { readonly bytes: string; readonly text: string }[]
  readonly trees: readonly {
    readonly size: number
    readonly root: string
    readonly inclusion: readonly (readonly string[])[]
    readonly consistency: readonly (readonly string[])[]
  }[]
  readonly entries: readonly string[]
}

export const vectors: Vectors = JSON.parse(
  readFileSync(new URL('../../fixtures/proof/vectors.json', import.meta.url), 'utf8'),
)

export const settings = {
  crypto: nodeCrypto,
  readPicture: readPng,
  policy: readPolicy(nodeCrypto, JSON.stringify(vectors.policy)),
} as const

export function vector(name: string): Vectors['statements'][number] {
  const found = vectors.statements.find((statement) => statement.name === name)
  if (found === undefined) throw new Error(`no vector ${name}`)
  return found
}

export function bytes(hexText: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hexText, 'hex'))
}
