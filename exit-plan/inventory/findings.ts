import { type CalendarDate, daysBetween } from '@jieqing/domain/calendar/date'
import { lenderById, lenderInOffice } from '../directory/directory.ts'
import { type DebtSign, type Evidence, type FalseFriend, type Grade, grades } from './evidence.ts'
import { stemOf } from './names.ts'

/** One line of credit that belongs to the person, as far as the evidence goes (M1). */
export interface Finding {
  /** Stable name: the directory id, `lender:…` where only the lender is known, `report:…` for an account of the report. */
  readonly key: string
  readonly product: string | undefined
  readonly productId: string | undefined
  /** The app in which the product is used; closing it there need not close the lender's line. */
  readonly channel: string | undefined
  readonly legalLender: string | undefined
  /** `evidence`: a row, contract or report names it; `directory`: a dated claim does; none: not known. */
  readonly lenderFrom: 'evidence' | 'directory' | undefined
  /** The grade of the strongest piece. */
  readonly grade: Grade
  readonly evidence: readonly Evidence[]
  /** All pieces met; `evidence` keeps the first ones only where there are very many. */
  readonly evidenceTotal: number
  /** Pieces that tell of one and the same movement, and why they are taken so. */
  readonly merged: readonly Merged[]
  /** Keys of findings joined into this one by hand. */
  readonly joined: readonly string[]
}

export interface Merged {
  readonly reason: 'same-number' | 'same-row-in-two-files' | 'same-amount-within-days'
  /** Indices into `evidence`. */
  readonly evidence: readonly number[]
}

/** What looked like a debt and is none: counted, never listed among the findings. */
export interface NotDebt {
  readonly kind: FalseFriend
  readonly product: string | undefined
  readonly count: number
  readonly evidence: readonly Pick<Evidence, 'file' | 'row' | 'on' | 'text'>[]
}

/** Pieces kept per finding; memory must not grow with a bill of a million rows. */
const keptPieces = 2000
const keptExamples = 20
/** A bank posts a movement of the wallet within this many days. */
const postingDays = 2

/** Gathers signs while files stream by and says at the end what was found (M1). */
export class Findings {
  private readonly groups = new Map<string, Group>()
  private readonly friends = new Map<
    string,
    { kind: FalseFriend; product: string | undefined; count: number; kept: NotDebt['evidence'][number][] }
  >()

  add(sign: DebtSign, piece: Evidence, own?: { readonly key: string; readonly product: string }): void {
    const key = own?.key ?? sign.product ?? `lender:${stemOf(sign.lender ?? 'unnamed')}`
    const group = this.groups.get(key) ?? {
      product: sign.product,
      ownProduct: own?.product,
      lender: undefined,
      pieces: [],
      total: 0,
    }
    group.total += 1
    if (group.lender === undefined) group.lender = sign.lender
    if (group.pieces.length < keptPieces) group.pieces.push(piece)
    this.groups.set(key, group)
  }

  addFriend(kind: FalseFriend, product: string | undefined, piece: NotDebt['evidence'][number]): void {
    const key = `${kind} ${product ?? ''}`
    const friend = this.friends.get(key) ?? { kind, product, count: 0, kept: [] }
    friend.count += 1
    if (friend.kept.length < keptExamples) friend.kept.push(piece)
    this.friends.set(key, friend)
  }

  /** Takes over what was found in one file, once the file is accepted. */
  join(other: Findings): void {
    for (const [key, { product, ownProduct, lender, pieces, total }] of other.groups) {
      const group = this.groups.get(key)
      if (group === undefined) {
        this.groups.set(key, { product, ownProduct, lender, pieces, total })
        continue
      }
      group.lender ??= lender
      group.total += total
      for (const piece of pieces) if (group.pieces.length < keptPieces) group.pieces.push(piece)
    }
    for (const [key, seen] of other.friends) {
      const friend = this.friends.get(key)
      if (friend === undefined) this.friends.set(key, seen)
      else {
        friend.count += seen.count
        for (const piece of seen.kept) if (friend.kept.length < keptExamples) friend.kept.push(piece)
      }
    }
  }

  found(): readonly Finding[] {
    this.joinLenderRows()
    return [...this.groups]
      .map(([key, group]) => findingOf(key, group))
      .sort((a, b) => grades.indexOf(a.grade) - grades.indexOf(b.grade) || a.key.localeCompare(b.key))
  }

  notDebts(): readonly NotDebt[] {
    return [...this.friends.values()]
      .map(({ kind, product, count, kept }) => ({ kind, product, count, evidence: kept }))
      .sort((a, b) => b.count - a.count || a.kind.localeCompare(b.kind))
  }

  /**
   * A bank row that names the lender alone joins the product of that lender whose wallet row or message tells of the
   * same amount within the posting days: it is the other side of the same movement.
   */
  private joinLenderRows(): void {
    for (const [key, group] of this.groups) {
      if (!key.startsWith('lender:') || group.lender === undefined) continue
      const stays: Evidence[] = []
      for (const piece of group.pieces) {
        const home = [...this.groups].find(
          ([other, { product, pieces }]) =>
            other !== key &&
            product !== undefined &&
            standsBehind(product, group.lender) &&
            pieces.some((each) => sameMovement(each, piece)),
        )
        if (home === undefined) stays.push(piece)
        else {
          home[1].pieces.push(piece)
          home[1].total += 1
          group.total -= 1
        }
      }
      group.pieces = stays
      if (stays.length === 0) this.groups.delete(key)
    }
  }
}

interface Group {
  product: string | undefined
  ownProduct: string | undefined
  lender: string | undefined
  pieces: Evidence[]
  total: number
}

function standsBehind(product: string, lender: string | undefined): boolean {
  return lenderById(product)?.lenders.some(({ name }) => name === lender) ?? false
}

/** One finding from its pieces; also used when findings are joined or split by hand. */
export function findingOf(key: string, group: Group, joined: readonly string[] = []): Finding {
  const entry = group.product === undefined ? undefined : lenderById(group.product)
  const office = entry === undefined ? undefined : lenderInOffice(entry)
  const legalLender = group.lender ?? office
  const pieces = group.pieces.toSorted(byDate)
  return {
    key,
    product: group.ownProduct ?? entry?.product.name,
    productId: group.product,
    channel: entry?.channel ?? undefined,
    legalLender,
    lenderFrom: group.lender !== undefined ? 'evidence' : legalLender !== undefined ? 'directory' : undefined,
    grade: grades.find((grade) => pieces.some((piece) => piece.grade === grade)) ?? 'notice',
    evidence: pieces,
    evidenceTotal: group.total,
    merged: mergedOf(pieces),
    joined,
  }
}

function byDate(a: Evidence, b: Evidence): number {
  return (a.on ?? '').localeCompare(b.on ?? '') || a.file.localeCompare(b.file) || a.row - b.row
}

/**
 * Bank, wallet and message tell of the same repayment three times. One number in two files is one movement; so is the
 * same text in two exports that overlap; so are equal amounts from different kinds of source within the posting
 * days, each piece used once. Two equal rows of one file stay two.
 */
function mergedOf(pieces: readonly Evidence[]): readonly Merged[] {
  const merged: Merged[] = []
  const taken = new Set<number>()
  const groupBy = (reason: Merged['reason'], keyOf: (piece: Evidence) => string | undefined) => {
    const groups = new Map<string, number[]>()
    pieces.forEach((piece, index) => {
      const key = taken.has(index) ? undefined : keyOf(piece)
      if (key !== undefined) groups.set(key, [...(groups.get(key) ?? []), index])
    })
    for (const indices of groups.values()) {
      const files = new Set(indices.map((index) => pieces[index]?.file))
      // One piece of each file: a second equal row of the same file is a second movement.
      const once = [...files].flatMap((file) => indices.find((index) => pieces[index]?.file === file) ?? [])
      if (once.length < 2) continue
      merged.push({ reason, evidence: once })
      for (const index of once) taken.add(index)
    }
  }
  groupBy('same-number', (piece) => (piece.id.length < 6 ? undefined : `${piece.id} ${piece.amount ?? ''}`))
  groupBy(
    'same-row-in-two-files',
    (piece) => `${piece.on ?? ''} ${piece.amount ?? ''} ${piece.source} ${piece.text}`,
  )
  for (let first = 0; first < pieces.length; first += 1) {
    const one = pieces[first]
    if (one === undefined || taken.has(first)) continue
    const same = [first]
    for (let next = first + 1; next < pieces.length && next < first + 200; next += 1) {
      const other = pieces[next]
      if (other === undefined || taken.has(next) || !sameMovement(one, other)) continue
      if (same.some((index) => pieces[index]?.source === other.source)) continue
      same.push(next)
    }
    if (same.length < 2) continue
    merged.push({ reason: 'same-amount-within-days', evidence: same })
    for (const index of same) taken.add(index)
  }
  return merged
}

function sameMovement(a: Evidence, b: Evidence): boolean {
  if (a.amount === undefined || a.amount !== b.amount || a.source === b.source) return false
  if (moves.get(a.act) !== moves.get(b.act)) return false
  return near(a.on, b.on)
}

function near(a: CalendarDate | undefined, b: CalendarDate | undefined): boolean {
  return a !== undefined && b !== undefined && Math.abs(daysBetween(a, b)) <= postingDays
}

/** Money in and money out are never the same movement; a notice that a sum is due goes with its repayment. */
const moves = new Map<DebtSign['act'], string>([
  ['disbursed', 'in'],
  ['repaid', 'out'],
  ['due', 'out'],
  ['unclear', 'out'],
  ['used', 'used'],
  ['failed', 'failed'],
  ['instalment', 'instalment'],
  ['closed', 'state'],
  ['open', 'state'],
])
