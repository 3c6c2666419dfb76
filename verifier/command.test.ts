import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { verifyCommand } from './command.ts'
import { bytes, vector, vectors } from './testing/vectors.ts'

const folder = mkdtempSync(join(tmpdir(), 'jieqing-verify-'))
afterAll(() => rmSync(folder, { recursive: true }))
const file = (name: string, content: string | Uint8Array) => {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}
const closure = vector('closure')
const signed = file('closure.cose', bytes(closure.signed))
const policy = file('policy.json', JSON.stringify(vectors.policy))
const proof = file('closure.tlog-proof', closure.proof)
const person = file('person.json', JSON.stringify(vectors.person))
const run = (...words: string[]) => verifyCommand(words, { LANG: 'en_GB.UTF-8' })

describe('L3 jieqing-verify', () => {
  test('answers valid with exit 0 and one JSON object of verdict, reasons and facts', () => {
    const { exit, out, err } = run(signed, '--policy', policy, '--proof', proof, '--person', person, '--json')
    expect({ exit, err }).toEqual({ exit: 0, err: '' })
    const answer = JSON.parse(out)
    expect(Object.keys(answer)).toEqual(['verdict', 'reasons', 'facts'])
    expect(answer).toMatchObject({
      verdict: 'valid',
      reasons: [],
      facts: { identity: 'matches', log: { proof: 'verified' }, statement: { balance: { amount: '0.00' } } },
    })
  })

  test('exits 1 for whatever is not valid, and says why', () => {
    const broken = file('broken.cose', bytes(closure.signed.replace(/..$/, '00')))
    expect(JSON.parse(run(broken, '--policy', policy, '--json').out)).toEqual({
      verdict: 'invalid',
      reasons: ['signature'],
      facts: { format: 'cbor', kid: vectors.issuer.kid },
    })
    expect(run(broken, '--policy', policy).exit).toBe(1)
    expect(run(signed, '--json')).toMatchObject({ exit: 1, out: expect.stringContaining('"unknown-key"') })
    expect(run(policy, '--policy', policy, '--json')).toMatchObject({
      exit: 1,
      out: expect.stringContaining('"not-a-certificate"'),
    })
  })

  test('speaks the terminal’s language', () => {
    const english = run(signed, '--policy', policy).out
    const chinese = verifyCommand([signed, '--policy', policy], { LANG: 'zh_CN.UTF-8' }).out
    expect(english).toContain('Valid: Signed by an institution of the trust policy')
    expect(english).toContain('Balance owed: 0.00 CNY')
    expect(chinese).toContain('欠款余额: 0.00 CNY')
    expect(chinese).toContain('示例消费金融有限公司')
  })

  test.each(vectors.statements.map(({ name }) => name))('tells a %s to people', (name) => {
    const path = file(`${name}.cose`, bytes(vector(name).signed))
    const { exit, out } = run(path, '--policy', policy)
    expect(exit).toBe(0)
    expect(out).not.toMatch(/undefined|NaN|\{[a-z]+\}/)
  })

  test('exits 2 where the words, a file or the policy are off', () => {
    expect(run()).toMatchObject({ exit: 2, err: expect.stringContaining('usage:') })
    expect(run(signed, signed).exit).toBe(2)
    expect(run(signed, '--no-such').exit).toBe(2)
    expect(run(join(folder, 'nothing')).err).toContain('cannot read')
    expect(run(folder).exit).toBe(2)
    expect(run(signed, '--policy', proof).err).toContain('not JSON')
    const half = file('half.json', JSON.stringify({ ...vectors.policy, extra: 1 }))
    expect(run(signed, '--policy', half).err).toContain('unknown: extra')
  })

  test.each([
    [
      'a key twice',
      (lines: string[]) => [...lines.slice(0, 2), `witness z ${lines[1]?.split(' ')[2]}`, ...lines.slice(2)],
    ],
    ['a group of nobody', (lines: string[]) => [...lines.slice(0, 4), 'group g 1', 'quorum g']],
    ['more than all', (lines: string[]) => [...lines.slice(0, 4), 'group g 4 a b c', 'quorum g']],
    ['a name before it is defined', (lines: string[]) => ['quorum a', ...lines.slice(0, 4)]],
    ['two quorums', (lines: string[]) => [...lines, 'quorum none']],
    ['no quorum', (lines: string[]) => lines.slice(0, -1)],
    [
      'a member of two groups',
      (lines: string[]) => [...lines.slice(0, 4), 'group g 1 a', 'group h 1 a', 'quorum h'],
    ],
    [
      'a key with another id',
      (lines: string[]) => [...lines.map((line) => line.replace(/\+[0-9a-f]{8}\+/, '+00000000+'))],
    ],
    ['a witness’s key for a log', (lines: string[]) => [`log ${lines[1]?.split(' ')[2]}`, 'quorum none']],
  ])('a policy with %s is refused as a whole', (_name, change) => {
    const changed = file(
      'changed.json',
      JSON.stringify({ ...vectors.policy, log: change([...vectors.policy.log]) }),
    )
    expect(run(signed, '--policy', changed).exit).toBe(2)
  })
})
