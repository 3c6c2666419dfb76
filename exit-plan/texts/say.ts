import { en } from './en.ts'
import { type Texts, zh } from './zh.ts'

export type Language = 'zh' | 'en'

export function textsIn(language: Language): Texts {
  return language === 'en' ? en : zh
}

/** Fills `{name}` places; a place without a value becomes empty, so that a sentence never shows its own markup. */
export function say(sentence: string, values: Readonly<Record<string, string | number>> = {}): string {
  return sentence.replace(/\{([a-zA-Z]+)\}/g, (_, name: string) => String(values[name] ?? ''))
}
