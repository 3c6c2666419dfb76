import { yuan } from '@jieqing/domain/money/fen'
import type { Imported } from './import.ts'
import type { Evidence } from './inventory/evidence.ts'
import type { Finding } from './inventory/findings.ts'

/**
 * The one object of `jieqing-exit import --json`. Keys and codes are kept stable; absent values are `null`, money is a
 * two-place decimal string of yuan, dates `YYYY-MM-DD`. `read = used + ignored + failed` in every file.
 */
export function importJson(imported: Imported) {
  return {
    files: imported.files.map(({ path, format, version, tested, rows, refused }) => ({
      path,
      format,
      version,
      tested,
      rows,
      ...(refused === undefined ? {} : { refused }),
    })),
    findings: imported.findings.map(findingJson),
    ignoredFindings: imported.ignoredFindings,
    notDebts: imported.notDebts.map(({ kind, product, count, evidence }) => ({
      kind,
      product: product ?? null,
      count,
      evidence: evidence.map(({ file, row, on, text }) => ({ file, row, on: on ?? null, text })),
    })),
    renewals: imported.renewals.map((renewal) => ({
      ...renewal,
      amount: yuan(renewal.amount),
      evidence: renewal.evidence.map((charge) => ({ ...charge, amount: yuan(charge.amount) })),
    })),
    payeesLetGo: imported.payeesLetGo,
  }
}

function findingJson(finding: Finding) {
  const { key, product, channel, legalLender, lenderFrom, grade, evidence, evidenceTotal, merged, joined } =
    finding
  return {
    key,
    product: product ?? null,
    channel: channel ?? null,
    legalLender: legalLender ?? null,
    lenderFrom: lenderFrom ?? null,
    grade,
    evidence: evidence.map(pieceJson),
    evidenceTotal,
    merged,
    joined,
  }
}

function pieceJson({ file, row, on, amount, text, grade, act }: Evidence) {
  return { file, row, on: on ?? null, amount: amount === undefined ? null : yuan(amount), text, grade, act }
}

/** Any value with fen in it as JSON: bigint becomes a two-place yuan string, nothing becomes `null`. */
export function plainJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'bigint' ? yuan(inner) : inner === undefined ? null : inner,
  )
}
