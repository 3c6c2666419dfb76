import { yuan } from '@jieqing/domain/money/fen'
import type { Imported, ImportedFile } from './import.ts'
import type { Finding } from './inventory/findings.ts'
import { say } from './texts/say.ts'
import type { Texts } from './texts/zh.ts'

/** Failed rows named one by one; the JSON has all of them. */
const shownFailures = 20
const shownPieces = 3

/** The inventory in sentences: what was read, what was found, what only looks like a debt, what renews itself. */
export function importLines(imported: Imported, texts: Texts): readonly string[] {
  const { findings, notDebts, renewals, ignoredFindings, payeesLetGo } = imported
  const lines = imported.files.flatMap((file) => fileLines(file, texts))
  lines.push('')
  if (findings.length === 0) lines.push(texts.noFindings)
  else lines.push(say(texts.findingsTitle, { count: findings.length }))
  for (const finding of findings) lines.push(...findingLines(finding, texts))
  for (const key of ignoredFindings) lines.push(say(texts.ignoredFinding, { key }))
  if (notDebts.length > 0) lines.push('', texts.notDebtsTitle)
  for (const { kind, count, product } of notDebts) {
    lines.push(`- ${say(texts.notDebtLine, { kind: texts.friend[kind], count, product: product ?? '' })}`)
  }
  const forged = notDebts
    .filter(({ kind }) => kind === 'spoofed-collection')
    .reduce((sum, { count }) => sum + count, 0)
  if (forged > 0) lines.push(say(texts.warnSpoofed, { count: forged }))
  if (renewals.length > 0) lines.push('', say(texts.renewalsTitle, { count: renewals.length }))
  for (const renewal of renewals) {
    lines.push(
      `- ${say(renewal.ended ? texts.renewalEnded : texts.renewalLine, {
        payee: renewal.payee,
        amount: yuan(renewal.amount),
        period: texts.period[renewal.period],
        times: renewal.times,
        last: renewal.last,
        next: renewal.next,
        where: texts.endAt[renewal.endAt],
      })}`,
    )
  }
  if (payeesLetGo > 0) lines.push(say(texts.payeesLetGo, { count: payeesLetGo }))
  return lines
}

/** Why a file was refused, in a sentence. */
export function refusalSentence(file: ImportedFile, texts: Texts): string {
  if (file.refused === undefined) return ''
  const { code, detail } = file.refused
  return say(texts.refusedLine, { path: file.path, why: say(texts.refusal[code], { detail }) })
}

function fileLines(file: ImportedFile, texts: Texts): readonly string[] {
  if (file.refused !== undefined) return [refusalSentence(file, texts)]
  const { path, format, version, rows } = file
  const ignored = rows.ignored.reduce((sum, { count }) => sum + count, 0)
  const counts = {
    path,
    format,
    version,
    read: rows.read,
    used: rows.used,
    ignored,
    failed: rows.failed.length,
  }
  return [
    `${say(texts.fileLine, counts)}${file.tested ? '' : texts.untested}`,
    ...rows.ignored.map(
      ({ reason, count }) => `  ${say(texts.ignoredLine, { count, why: texts.ignored[reason] })}`,
    ),
    ...rows.failed
      .slice(0, shownFailures)
      .map(({ row, reason }) => `  ${say(texts.failedRow, { row, why: texts.failed[reason] })}`),
    ...(rows.failed.length > shownFailures
      ? [`  ${say(texts.failedMore, { count: rows.failed.length - shownFailures })}`]
      : []),
  ]
}

function findingLines(finding: Finding, texts: Texts): readonly string[] {
  const { legalLender, lenderFrom } = finding
  const lender =
    legalLender === undefined
      ? texts.lenderUnknown
      : lenderFrom === 'directory'
        ? say(texts.lenderClaimed, { lender: legalLender })
        : legalLender
  const head = say(texts.findingLine, {
    product: finding.product ?? texts.productUnknown,
    lender,
    channel: finding.channel ?? texts.channelOwn,
    grade: texts.grade[finding.grade],
    count: finding.evidenceTotal,
  })
  return [
    `- [${finding.key}] ${head}`,
    ...finding.evidence
      .slice(-shownPieces)
      .map(
        ({ file, row, on, amount, text }) =>
          `    ${say(texts.evidenceLine, { file, row, on: on ?? '', amount: amount === undefined ? '' : yuan(amount), text: text.slice(0, 90) })}`,
      ),
    ...finding.merged
      .slice(0, shownPieces)
      .map(
        ({ reason, evidence }) =>
          `    ${say(texts.mergedLine, { reason: texts.merged[reason], count: evidence.length })}`,
      ),
  ]
}
