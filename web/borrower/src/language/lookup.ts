/** A sentence of a table of codes; `undefined` for a code that this page does not know yet. */
export function lookup<Value>(table: Readonly<Record<string, Value>>, code: string): Value | undefined {
  return Object.entries(table).find(([known]) => known === code)?.[1]
}
