import { Refused } from './reasons.ts'

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:'
const values = new Map([...alphabet].map((character, value) => [character, value]))

/** RFC 9285, refusing what no encoder writes: other characters, a length of 3n+1, groups above their bytes. */
export function fromBase45(text: string): Uint8Array {
  if (text.length % 3 === 1) throw new Refused('base45')
  const bytes: number[] = []
  for (let at = 0; at < text.length; at += 3) {
    const group = text.slice(at, at + 3)
    const value = [...group].reduceRight((sum, character) => sum * 45 + digit(character), 0)
    if (value > (group.length === 3 ? 65_535 : 255)) throw new Refused('base45')
    if (group.length === 3) bytes.push(value >> 8)
    bytes.push(value & 255)
  }
  return Uint8Array.from(bytes)
}

function digit(character: string): number {
  const value = values.get(character)
  if (value === undefined) throw new Refused('base45')
  return value
}
