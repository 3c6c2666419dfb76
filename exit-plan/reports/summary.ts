/**
 * What the brief form's own summary table (信贷记录) counts, over its columns 信用卡, 购房贷款, 其他贷款, 其他业务. `undefined` where every
 * cell is `--`: not reported, which is not zero.
 */
export interface ReportSummary {
  /** 账户数 */
  readonly accounts: number | undefined
  /** 未结清/未销户账户数 */
  readonly open: number | undefined
  /** 发生过逾期的账户数 */
  readonly everOverdue: number | undefined
  /** 发生过90天以上逾期的账户数 */
  readonly over90Days: number | undefined
}

const rows = {
  accounts: '账户数',
  open: '未结清/未销户账户数',
  everOverdue: '发生过逾期的账户数',
  over90Days: '发生过90天以上逾期的账户数',
} as const

/** Reads the table where its rows stand on lines of their own; glued cells can't be told apart and are left alone. */
export function summaryIn(text: string): ReportSummary | undefined {
  const lines = text.normalize('NFKC').split(/\r?\n/)
  const read = (label: string) => cellsOf(lines, label)
  const accounts = read(rows.accounts)
  if (accounts === undefined) return undefined
  return {
    accounts: sumOf(accounts),
    open: sumOf(read(rows.open)),
    everOverdue: sumOf(read(rows.everOverdue)),
    over90Days: sumOf(read(rows.over90Days)),
  }
}

function cellsOf(lines: readonly string[], label: string): readonly string[] | undefined {
  const row = new RegExp(`^\\s*${label}((?:[\\s|]+(?:--|[0-9]{1,4})){1,5})[\\s|]*$`)
  for (const line of lines) {
    const cells = row.exec(line)?.[1]
    if (cells !== undefined) return cells.split(/[\s|]+/).filter((cell) => cell !== '')
  }
  return undefined
}

function sumOf(cells: readonly string[] | undefined): number | undefined {
  const told = (cells ?? []).filter((cell) => cell !== '--')
  return told.length === 0 ? undefined : told.reduce((sum, cell) => sum + Number(cell), 0)
}
