import type { Evidence } from './evidence.ts'
import { type Finding, findingOf } from './findings.ts'

/** What the person decided by hand; kept in the tool's own folder and applied to every later import (M1). */
export type Decision =
  | { readonly kind: 'ignore'; readonly key: string }
  | { readonly kind: 'merge'; readonly from: string; readonly into: string }
  /** Pieces whose text holds `words` leave the finding and stand under a name of their own. */
  | { readonly kind: 'split'; readonly key: string; readonly words: string; readonly name: string }

export interface Reviewed {
  readonly findings: readonly Finding[]
  readonly ignored: readonly string[]
}

/** Applies decisions in the order they were made; one about a finding that is not there does nothing. */
export function reviewed(findings: readonly Finding[], decisions: readonly Decision[]): Reviewed {
  let list = [...findings]
  const ignored: string[] = []
  for (const decision of decisions) {
    switch (decision.kind) {
      case 'ignore': {
        if (list.some(({ key }) => key === decision.key)) ignored.push(decision.key)
        list = list.filter(({ key }) => key !== decision.key)
        break
      }
      case 'merge': {
        const from = list.find(({ key }) => key === decision.from)
        const into = list.find(({ key }) => key === decision.into)
        if (from === undefined || into === undefined || from === into) break
        const pieces = [...into.evidence, ...from.evidence]
        const joined = [...into.joined, from.key, ...from.joined]
        const whole = remade(into, pieces, into.evidenceTotal + from.evidenceTotal, joined)
        list = list
          .filter((finding) => finding !== from)
          .map((finding) => (finding === into ? whole : finding))
        break
      }
      case 'split': {
        const whole = list.find(({ key }) => key === decision.key)
        if (whole === undefined) break
        const leave = whole.evidence.filter(({ text }) => text.includes(decision.words))
        const stay = whole.evidence.filter(({ text }) => !text.includes(decision.words))
        if (leave.length === 0 || stay.length === 0) break
        const rest = remade(whole, stay, whole.evidenceTotal - leave.length, whole.joined)
        const part = {
          ...remade(whole, leave, leave.length, []),
          key: `${whole.key}/${decision.name}`,
          product: decision.name,
        }
        list = list.flatMap((finding) => (finding === whole ? [rest, part] : [finding]))
        break
      }
    }
  }
  return { findings: list, ignored }
}

function remade(
  finding: Finding,
  pieces: readonly Evidence[],
  total: number,
  joined: readonly string[],
): Finding {
  const lender = finding.lenderFrom === 'evidence' ? finding.legalLender : undefined
  return findingOf(
    finding.key,
    { product: finding.productId, ownProduct: finding.product, lender, pieces: [...pieces], total },
    joined,
  )
}
