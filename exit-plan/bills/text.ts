/**
 * A cell or message as rules see it: NFKC (full-width forms, Kangxi radicals of bank PDFs), the radicals NFKC
 * leaves alone, white space collapsed and trimmed. Text of the file itself is never changed on disk (M1).
 */
export function clean(text: string): string {
  const trimmed = text.trim()
  if (plain.test(trimmed) && !trimmed.includes('  ')) return trimmed
  return trimmed
    .normalize('NFKC')
    .replace(radicalSupplement, (sign) => radicals.get(sign) ?? sign)
    .replace(anySpaces, ' ')
    .trim()
}

/** A column's name: like `clean`, without any space inside ("日 志 号" is 日志号). */
export function columnName(text: string): string {
  return clean(text).replaceAll(' ', '').toUpperCase()
}

/** Identity numbers (a valid birth date inside, 18 places) are masked wherever text is kept: some bank PDFs print them in full. */
export function maskIdentity(text: string): string {
  if (text.length < 18) return text
  return text.replace(identityNumber, (number) => `${number.slice(0, 3)}*************${number.slice(-2)}`)
}

/** ASCII and the common ideographs are their own NFKC form; nearly every cell is of these. */
const plain = /^[\x20-\x7e\u4e00-\u9fff]*$/
const anySpaces = /[\s\u200b\ufeff]+/g
const identityNumber =
  /(?<![0-9])[1-8][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx](?![0-9])/g
const radicalSupplement = /[\u2e80-\u2eff]/g
/** CJK radicals supplement signs that PDF fonts put in place of the character, and that NFKC does not map. */
const radicals = new Map(
  [
    ...'⺠民⻁虎⻄西⻅见⻆角⻉贝⻋车⻓长⻔门⻘青⻙韦⻚页⻛风⻜飞⻝食⻢马⻣骨⻤鬼⻥鱼⻦鸟⻨麦⻩黄⻬齐⻮齿⻰龙⻳龟'.matchAll(
      /(.)(.)/gu,
    ),
  ].map(([, from = '', to = '']) => [from, to]),
)
