import { layouts } from './bills/layouts.ts'

/** A format as the table of `jieqing-exit formats` and the reference page name it. */
export interface Format {
  readonly format: string
  readonly version: string
  readonly container: string
  /** A sample of it stands in `fixtures/` and is imported in full by a test. */
  readonly tested: boolean
}

/** Containers in which a layout was met; the reader itself takes any layout in any container. */
const containers = new Map([
  ['wechat proof', 'PDF'],
  ['alipay web', 'CSV, TXT'],
  ['icbc-debit pdf', 'PDF'],
  ['ccb-debit app-2025', 'XLS'],
  ['citic-credit xls', 'XLS'],
  ['boc-debit pdf', 'PDF'],
  ['boc-credit bill', 'PDF, CSV'],
  ['cmb-debit statement', 'PDF, CSV'],
  ['bocom-debit statement', 'PDF, HTML'],
])

export const formats: readonly Format[] = [
  { format: 'wechat', version: 'csv', container: 'CSV', tested: true },
  { format: 'wechat', version: 'xlsx-2025', container: 'XLSX', tested: false },
  { format: 'wechat', version: 'xlsx-2026-03', container: 'XLSX', tested: true },
  ...layouts
    .filter(({ format, version }) => !(format === 'wechat' && version === 'bill'))
    .map(({ format, version, tested }) => ({
      format,
      version,
      container: containers.get(`${format} ${version}`) ?? 'CSV',
      tested,
    })),
  { format: 'alipay', version: 'app-2025-10', container: 'CSV', tested: false },
  { format: 'cmb-credit', version: 'bill pdf', container: 'PDF', tested: false },
  { format: 'abc-debit', version: 'statement pdf', container: 'PDF', tested: false },
  { format: 'bank', version: 'by column names', container: 'CSV, XLS, XLSX, PDF', tested: false },
  { format: 'sms-backup', version: 'xml', container: 'XML', tested: true },
  { format: 'messages', version: 'json', container: 'JSON, NDJSON', tested: false },
  { format: 'messages', version: 'text', container: 'TXT', tested: false },
  { format: 'pboc-report', version: 'brief', container: 'PDF, TXT', tested: true },
  { format: 'pboc-report', version: 'detailed', container: 'PDF, TXT', tested: false },
]
