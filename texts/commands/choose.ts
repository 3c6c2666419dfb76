import { en } from './en.ts'
import { type CommandTexts, zh } from './zh.ts'

/** The terminal's own language: Chinese where the environment says so, English elsewhere. */
export function commandTexts(env: Readonly<Record<string, string | undefined>>): CommandTexts {
  const language = env.LC_ALL || env.LC_MESSAGES || env.LANG || ''
  return language.toLowerCase().startsWith('zh') ? zh : en
}
