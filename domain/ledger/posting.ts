import type { CalendarDate } from '../calendar/date.ts'
import type { Fen } from '../money/fen.ts'
import { type AccountCode, type PostingKind, postingKinds } from './chart.ts'

/** An amount that moves between the two accounts of its kind, on the date of the event (mission A11). Always above zero. */
export type Posting = {
  readonly kind: PostingKind
  readonly amount: Fen
  readonly valueDate: CalendarDate
  readonly loanId?: string
}

export type JournalLine = { readonly account: AccountCode; readonly debit: bigint; readonly credit: bigint }

/** The two lines of a posting: balanced by construction. */
export function journalLines(posting: Posting): readonly [JournalLine, JournalLine] {
  const { debit, credit } = postingKinds[posting.kind]
  return [
    { account: debit, debit: posting.amount, credit: 0n },
    { account: credit, debit: 0n, credit: posting.amount },
  ]
}

/** Postings without those of nothing: an entry of zero fen is no entry. */
export function postingsOf(
  ...postings: readonly {
    readonly kind: PostingKind
    readonly amount: bigint
    readonly valueDate: CalendarDate
    readonly loanId?: string
  }[]
): readonly Posting[] {
  return postings.filter((posting): posting is Posting => posting.amount > 0n)
}
