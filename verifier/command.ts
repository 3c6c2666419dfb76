import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { type Answer, check, type Person } from './check.ts'
import { nodeCrypto } from './crypto-node.ts'
import { describeFacts, fill } from './describe.ts'
import { limits } from './limits.ts'
import { readPng } from './picture-png.ts'
import { type Policy, PolicyError, readPolicy } from './policy.ts'
import { en } from './texts/en.ts'
import { type VerifierTexts, zh } from './texts/zh.ts'

export interface CommandResult {
  /** 0 only for `valid`; 1 for every other verdict; 2 where the words, a file or the policy are off. */
  readonly exit: 0 | 1 | 2
  readonly out: string
  readonly err: string
}

/** `jieqing-verify FILE [--proof FILE] [--policy FILE] [--person FILE] [--json]` */
export function verifyCommand(
  words: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): CommandResult {
  const language = languageOf(env)
  const texts = language === 'zh' ? zh : en
  const failed = (err: string): CommandResult => ({ exit: 2, out: '', err: `${err}\n` })
  try {
    const { file, values } = readWords(words)
    if (file === undefined) return failed(texts.usage)
    const policy = readGivenPolicy(values.policy)
    const answer = check(readLimited(file), {
      crypto: nodeCrypto,
      readPicture: readPng,
      ...(policy === undefined ? {} : { policy }),
      ...(values.proof === undefined ? {} : { proof: readLimited(values.proof) }),
      ...(values.person === undefined ? {} : { person: readPerson(values.person) }),
    })
    const exit = answer.verdict === 'valid' ? 0 : 1
    if (values.json) return { exit, out: `${JSON.stringify(answer)}\n`, err: '' }
    return { exit, out: describeAnswer(answer, texts, language), err: '' }
  } catch (error) {
    if (error instanceof Unreadable) return failed(fill(texts.cannotRead, { file: error.message }))
    if (error instanceof PolicyError) return failed(fill(texts.policyBroken, { why: error.message }))
    if (error instanceof WrongWords) return failed(texts.usage)
    throw error
  }
}

class Unreadable extends Error {}
class WrongWords extends Error {}

function readWords(words: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        proof: { type: 'string' },
        policy: { type: 'string' },
        person: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    })
    if (positionals.length > 1) throw new WrongWords()
    return { file: positionals[0], values }
  } catch {
    throw new WrongWords()
  }
}

function readGivenPolicy(path: string | undefined): Policy | undefined {
  return path === undefined ? undefined : readPolicy(nodeCrypto, textOf(path))
}

/** Not more than the largest that is looked at, and one byte: a device or a film is not read to its end. */
function readLimited(path: string): Uint8Array {
  try {
    const file = path === '-' ? 0 : openSync(path, 'r')
    const buffer = Buffer.alloc(limits.file + 1)
    let length = 0
    for (;;) {
      const read = readSync(file, buffer, length, buffer.length - length, null)
      length += read
      if (read === 0 || length === buffer.length) break
    }
    if (file !== 0) closeSync(file)
    return buffer.subarray(0, length)
  } catch {
    throw new Unreadable(path)
  }
}

function readPerson(path: string): Person {
  let json: unknown
  try {
    json = JSON.parse(textOf(path))
  } catch {
    throw new Unreadable(path)
  }
  const { name, idType, idNumber } = { ...(typeof json === 'object' ? json : {}) } as Readonly<
    Record<string, unknown>
  >
  if (typeof name !== 'string' || typeof idType !== 'string' || typeof idNumber !== 'string') {
    throw new Unreadable(path)
  }
  return { name, idType, idNumber }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    throw new Unreadable(path)
  }
}

function describeAnswer(answer: Answer, texts: VerifierTexts, language: 'zh' | 'en'): string {
  const verdict = `${texts.verdicts[answer.verdict]}: ${texts.verdictMeaning[answer.verdict]}`
  const why = answer.reasons.map((reason) => `- ${texts.reasons[reason]} (${reason})`)
  const rows = describeFacts(answer.facts, texts, language).map(([label, value]) => `${label}: ${value}`)
  return `${[verdict, ...why, ...rows].join('\n')}\n`
}

/** The terminal's own language: Chinese where the environment says so, English elsewhere. */
function languageOf(env: Readonly<Record<string, string | undefined>>): 'zh' | 'en' {
  const language = env.LC_ALL || env.LC_MESSAGES || env.LANG || ''
  return language.toLowerCase().startsWith('zh') ? 'zh' : 'en'
}
