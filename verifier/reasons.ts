/**
 * Why something is not called valid, by where it was found. Codes are part of the command's JSON and never change their meaning.
 */
export const reasons = {
  'not-a-certificate': [
    'input-empty',
    'input-too-large',
    'format-unknown',
    'qr-prefix',
    'base45',
    'zlib',
    'zlib-too-large',
    'picture-unreadable',
    'picture-too-large',
    'picture-without-qr',
    'pdf-without-certificate',
    'pdf-several-certificates',
    'cbor-truncated',
    'cbor-trailing-bytes',
    'cbor-not-shortest',
    'cbor-indefinite-length',
    'cbor-duplicate-key',
    'cbor-key-order',
    'cbor-key-type',
    'cbor-too-deep',
    'cbor-too-large',
    'cbor-text',
    'cbor-tag',
    'cbor-simple',
    'cose-tag',
    'cose-shape',
    'cose-unprotected-header',
    'cose-protected-header',
  ],
  'unknown-key': ['no-policy', 'key-unknown'],
  invalid: [
    'algorithm',
    'signature',
    'statement-shape',
    'statement-kind',
    'statement-version',
    'statement-value',
    'balance-not-zero',
    'issuer-differs',
    'key-not-yet',
    'key-retired',
    'key-compromised',
    'identity-not-stated',
    'identity-differs',
    'proof-missing',
    'proof-too-large',
    'proof-malformed',
    'proof-index',
    'proof-path',
    'proof-origin',
    'proof-log-unknown',
    'proof-log-signature',
    'proof-witness-signature',
    'proof-quorum',
  ],
} as const

export type FailedVerdict = keyof typeof reasons
export type Reason = (typeof reasons)[FailedVerdict][number]
export type Verdict = 'valid' | FailedVerdict

/** The first reason decides the verdict. */
export function verdictOf(found: readonly Reason[]): Verdict {
  const [first] = found
  if (first === undefined) return 'valid'
  if (includes(reasons['not-a-certificate'], first)) return 'not-a-certificate'
  return includes(reasons['unknown-key'], first) ? 'unknown-key' : 'invalid'
}

/** Thrown inside the verifier where reading cannot go on; never leaves it. */
export class Refused extends Error {
  readonly reason: Reason

  constructor(reason: Reason) {
    super(reason)
    this.reason = reason
  }
}

function includes(list: readonly string[], word: string): boolean {
  return list.includes(word)
}
