import type { Signer } from './signer.ts'

export interface PolicyOfIssuer {
  /** As it stands in the statements. */
  readonly issuer: string
  readonly title: { readonly zh: string; readonly en: string }
  /** All that ever signed: a certificate has no end. `until` and `from` are those of the rotation. */
  readonly keys: readonly {
    readonly signer: Pick<Signer, 'kid' | 'publicKey'>
    readonly from?: Date
    readonly until?: Date
    /** Others may have had it from then on. */
    readonly compromised?: Date
  }[]
  /** Lines of C2SP tlog-policy: logs, witnesses, groups. */
  readonly log: readonly string[]
  /** A witness or group of them, or `none`. */
  readonly quorum: string
  readonly proof: 'required' | 'optional'
}

/** The policy file that a lender publishes for `jieqing-verify`; whoever checks decides whether to believe it. */
export function verificationPolicy(policy: PolicyOfIssuer): string {
  const keys = policy.keys.map(({ signer, from, until, compromised }) => ({
    kid: Buffer.from(signer.kid).toString('hex'),
    publicKey: Buffer.from(signer.publicKey).toString('base64'),
    from: from?.toISOString(),
    until: until?.toISOString(),
    compromised: compromised?.toISOString(),
  }))
  return `${JSON.stringify(
    {
      version: 1,
      issuers: [{ name: policy.issuer, title: policy.title, keys }],
      log: [...policy.log, `quorum ${policy.quorum}`],
      proof: policy.proof,
    },
    null,
    2,
  )}\n`
}
