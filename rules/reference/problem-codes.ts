import { problemCodes } from '@jieqing/server/platform/problem-codes'
import { code, generatedFrom, page, table } from './page.ts'

export function problemCodesPage(): string {
  const entries = Object.entries(problemCodes)
  return page(
    '# Problem codes (错误码)',
    generatedFrom('`server/platform/problem-codes.ts`'),
    `Every refusal is an \`application/problem+json\` (RFC 9457) with one of these ${entries.length} codes, a status, and every reason at once: \`reasons[]\` with codes of their own, and for a closing \`blockers[]\` ([closing-order.md](closing-order.md)). A refused command has changed nothing.`,
    table(
      ['code', 'status', 'means'],
      entries.map(([name, { status, means }]) => [
        `<a id="${name}"></a>${code(name)}`,
        String(status),
        means,
      ]),
    ),
  )
}
