/** Why a whole file could not be read. The code is stable and documented; the sentence for people is in `texts/`. */
export type RefusalCode =
  | 'not-found'
  | 'empty'
  | 'unknown-kind'
  | 'unknown-layout'
  | 'not-text'
  | 'damaged'
  | 'too-large'
  | 'password-needed'
  | 'password-wrong'
  | 'zip-bomb'
  | 'zip-nested'
  | 'xml-doctype'
  | 'pdf-without-text'

/** Thrown while a file is opened or read; the import catches it, reports the file as refused and goes on. */
export class Refusal extends Error {
  readonly code: RefusalCode
  /** What a person needs to mend it: the columns found, the size, the library's own words. */
  readonly detail: string
  constructor(code: RefusalCode, detail = '') {
    super(detail === '' ? code : `${code}: ${detail}`)
    this.name = 'Refusal'
    this.code = code
    this.detail = detail
  }
}
