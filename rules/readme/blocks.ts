/** A block of shell commands in a page that says of itself whether it is run. */
export type Block = {
  /** Where its first command stands, from 1. */
  readonly line: number
  readonly commands: string
  /** `run`, or why it is not: a block is one or the other. */
  readonly mark: { readonly kind: 'run' } | { readonly kind: 'not-run'; readonly reason: string } | undefined
}

/**
 * Every `sh` block of a Markdown page, with the comment before it: `<!-- run -->` or `<!-- not run: why -->`, alone on its line, with
 * at most blank lines between. A mark with no `sh` block behind it is a mistake of the page and throws.
 */
export function shellBlocks(markdown: string): readonly Block[] {
  const lines = markdown.split(/\r?\n/)
  const blocks: Block[] = []
  let mark: Block['mark']
  let marked = 0
  let at = 0
  while (at < lines.length) {
    const line = lines[at] ?? ''
    const found = markOf(line)
    const fence = /^(`{3,})(.*)$/.exec(line)
    if (mark !== undefined && line.trim() !== '' && fence?.[2]?.trim() !== 'sh')
      throw new Error(`line ${marked}: no sh block follows this mark`)
    if (found !== undefined) {
      mark = found
      marked = at + 1
    } else if (fence?.[1] !== undefined) {
      const end = lines.findIndex((one, index) => index > at && one.trimEnd() === fence[1])
      if (end === -1) throw new Error(`line ${at + 1}: this block has no end`)
      if (fence[2]?.trim() === 'sh')
        blocks.push({ line: at + 2, commands: lines.slice(at + 1, end).join('\n'), mark })
      mark = undefined
      at = end
    }
    at += 1
  }
  if (mark !== undefined) throw new Error(`line ${marked}: no sh block follows this mark`)
  return blocks
}

function markOf(line: string): Block['mark'] {
  if (/^<!-- run -->\s*$/.test(line)) return { kind: 'run' }
  const reason = /^<!-- not run: (.+) -->\s*$/.exec(line)?.[1]
  return reason === undefined ? undefined : { kind: 'not-run', reason }
}
