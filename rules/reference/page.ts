/** A Markdown table; `|` in a cell is escaped. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** Said at the head of every generated page. */
export function generatedFrom(source: string): string {
  return `Generated from ${source} by \`npm run reference\`; a test compares the two.`
}

export function page(...parts: readonly string[]): string {
  return `${parts.join('\n\n')}\n`
}

export function code(text: string): string {
  return `\`${text}\``
}
