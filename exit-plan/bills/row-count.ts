/** Why a row was read and yet is no movement of money. */
export type IgnoredReason =
  | 'before-header'
  | 'header'
  | 'total'
  | 'note'
  | 'sent-by-owner'
  | 'no-text'
  | 'heading'
  | 'report-text'

/** Why a row that should hold a movement could not be understood. */
export type FailedReason =
  | 'no-date'
  | 'no-amount'
  | 'too-many-cells'
  | 'formula-cell'
  | 'unclosed-quote'
  | 'truncated'
  | 'no-body'
  | 'statement-not-understood'

export interface RowCountReport {
  readonly read: number
  readonly used: number
  readonly ignored: readonly { readonly reason: IgnoredReason; readonly count: number }[]
  readonly failed: readonly { readonly row: number; readonly reason: FailedReason }[]
}

/** Counts every row once: read = used + ignored + failed holds by construction (M1). Blank rows are not rows. */
export class RowCount {
  private used = 0
  private readonly ignored = new Map<IgnoredReason, number>()
  private readonly failed: { readonly row: number; readonly reason: FailedReason }[] = []

  use(): void {
    this.used += 1
  }

  ignore(reason: IgnoredReason): void {
    this.ignored.set(reason, (this.ignored.get(reason) ?? 0) + 1)
  }

  fail(row: number, reason: FailedReason): void {
    this.failed.push({ row, reason })
  }

  report(): RowCountReport {
    const ignored = [...this.ignored].map(([reason, count]) => ({ reason, count }))
    const without = ignored.reduce((sum, { count }) => sum + count, 0)
    return { read: this.used + without + this.failed.length, used: this.used, ignored, failed: this.failed }
  }
}
