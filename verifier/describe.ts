import type { Facts } from './check.ts'
import type { StatementFacts } from './statement.ts'
import type { VerifierTexts } from './texts/zh.ts'

export type Row = readonly [label: string, value: string]

/** The proven facts as rows for people, the same on the terminal and on the page. Codes without a word stay codes. */
export function describeFacts(facts: Facts, texts: VerifierTexts, language: 'zh' | 'en'): readonly Row[] {
  const { labels } = texts
  const { statement } = facts
  if (statement === undefined) return facts.kid === undefined ? [] : [[labels.kid, facts.kid]]
  const title = facts.issuerTitle?.[language]
  return [
    [labels.statement, texts.statements[statement.statement]],
    [labels.issuer, title === undefined ? statement.issuer : `${title} (${statement.issuer})`],
    [labels.id, statement.id],
    [labels.issuedAt, clock(statement.issuedAt)],
    ...(facts.identity === undefined ? [] : [[labels.identity, texts.identity[facts.identity]] as const]),
    ...statementRows(statement, texts),
    ...logRows(facts, texts),
    [labels.kid, facts.kid ?? ''],
    [labels.leaf, facts.leaf ?? ''],
  ]
}

export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{([A-Za-z]+)\}/g, (_whole, name: string) => String(values[name] ?? ''))
}

function statementRows(statement: StatementFacts, texts: VerifierTexts): readonly Row[] {
  const { labels } = texts
  const word = (code: string) => (texts.codes as Readonly<Record<string, string>>)[code] ?? code
  switch (statement.statement) {
    case 'closure':
      return [
        [labels.opened, statement.line.opened],
        [labels.closed, statement.line.closed],
        [labels.effective, clock(statement.line.effective)],
        [labels.closureKind, texts.kinds[statement.closureKind]],
        [labels.balance, `${statement.balance.amount} ${statement.balance.currency}`],
        [labels.payoffReference, statement.balance.payoffReference],
        ...statement.obligations.map(
          (one): Row => [labels.obligation, `${word(one.code)} · ${clock(one.due)} · ${one.policy}`],
        ),
        ...statement.clauses.map(
          (one): Row => [labels.clause, `${word(one.code)} · ${one.until ?? texts.noEnd}`],
        ),
        ...(statement.data ?? []).map(
          (one): Row => [
            labels.data,
            `${word(one.code)} · ${texts.dispositions[one.disposition]} · ${one.until ?? (one.disposition === 'erase' ? texts.atOnce : texts.noEnd)}`,
          ],
        ),
        ...(statement.bureau === undefined
          ? []
          : [
              [
                labels.bureau,
                `${word(statement.bureau.accountType)}${statement.bureau.agreementRecord ? ` · ${labels.agreementRecord}` : ''}`,
              ] as const,
            ]),
        ...statement.complaints.map((one): Row => [labels.complaint, `${word(one.kind)} · ${one.address}`]),
      ]
    case 'performance':
      return [
        [labels.subject, statement.subject.id],
        [labels.obligation, word(statement.obligation)],
        [labels.performedAt, clock(statement.performedAt)],
        [labels.evidence, `${word(statement.evidence.kind)} · ${statement.evidence.sha256}`],
      ]
    case 'lateness':
      return [
        [labels.subject, statement.subject.id],
        [labels.obligation, word(statement.obligation)],
        [labels.due, clock(statement.due)],
        [labels.reason, word(statement.reason)],
        [labels.expectedAt, statement.expectedAt === undefined ? texts.unknown : clock(statement.expectedAt)],
      ]
    case 'correction':
      return [
        [labels.subject, statement.subject.id],
        [labels.reason, word(statement.reason)],
        ...statement.corrected.map(({ field, value }): Row => [fill(labels.corrected, { field }), value]),
      ]
    case 'supersede':
      return [
        [labels.subject, statement.subject.id],
        [labels.reason, word(statement.reason)],
        [labels.replacement, statement.replacement?.id ?? texts.unknown],
      ]
    case 'repayment-record': {
      const money = (amount: string) => `${amount} ${statement.currency}`
      const { due, onTime, mostDaysPastDue: days } = statement.instalments
      return [
        [labels.period, `${statement.period.from} – ${statement.period.to}`],
        [labels.loans, String(statement.loans)],
        [labels.drawn, money(statement.drawn)],
        [labels.principalRepaid, money(statement.principalRepaid)],
        [labels.interestAndFeesPaid, money(statement.interestAndFeesPaid)],
        [labels.instalments, fill(labels.instalmentsText, { due, onTime, days })],
        [labels.owed, money(statement.owed)],
      ]
    }
  }
}

function logRows({ log, statement }: Facts, { labels }: VerifierTexts): readonly Row[] {
  if (log === undefined) return []
  const origin = statement?.logOrigin ?? ''
  if (log.proof === 'not-given') return [[labels.log, `${origin} · ${labels.logNotGiven}`]]
  return [
    [labels.log, `${origin} · ${fill(labels.logVerified, { index: log.index, size: log.size })}`],
    ...log.witnesses.map(({ name, at }): Row => [labels.witness, `${name} · ${clock(at)}`]),
  ]
}

function clock(time: string): string {
  return time.replace('T', ' ')
}
