import { type Answer, check, type Person } from '../check.ts'
import { portableCrypto } from '../crypto-portable.ts'
import { describeFacts, fill } from '../describe.ts'
import { limits } from '../limits.ts'
import { type Picture, qrTextOf } from '../picture.ts'
import { type Policy, PolicyError, readPolicy } from '../policy.ts'
import { Refused, verdictOf } from '../reasons.ts'
import { en } from '../texts/en.ts'
import { type VerifierTexts, zh } from '../texts/zh.ts'

type Language = 'zh' | 'en'
const catalogues: Readonly<Record<Language, VerifierTexts>> = { zh, en }

let language: Language = navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en'
let last: Answer | undefined

/** What is drawn once and filled with the words of the language again and again. */
const words: ((texts: VerifierTexts) => void)[] = []

draw()
speak()

function draw(): void {
  const policyFile = fileInput('policy', 'policyFile', 'policyHelp', '.json')
  const certificate = fileInput(
    'certificate',
    'certificateFile',
    'certificateHelp',
    '.pdf,.cose,.cbor,.txt,image/*',
  )
  const qr = element('textarea', { id: 'qr', rows: '3', spellcheck: 'false', autocomplete: 'off' })
  const proof = fileInput('proof', 'proofFile', 'proofHelp', '.tlog-proof,.txt')
  const name = element('input', { id: 'name', autocomplete: 'off' })
  const idNumber = element('input', { id: 'idNumber', autocomplete: 'off' })
  const idType = element('select', { id: 'idType' })
  for (const value of ['resident-id', 'passport'] as const) {
    const option = element('option', { value })
    say((texts) => {
      option.textContent = texts.idTypes[value]
    })
    idType.append(option)
  }
  const builtIn = builtInPolicy()
  const policyNote = element('p', { class: 'note' })
  say((texts) => {
    policyNote.textContent = texts.policyBuiltIn
  })
  const person = element('details', {})
  person.append(
    spoken('summary', (texts) => texts.person),
    labelled('name', (texts) => texts.name, name),
    labelled('idType', (texts) => texts.idType, idType),
    labelled('idNumber', (texts) => texts.idNumber, idNumber),
  )
  const button = spoken('button', (texts) => texts.check)
  button.setAttribute('type', 'submit')
  const form = element('form', {})
  form.append(
    ...(builtIn === undefined ? [policyFile.block] : [policyNote]),
    certificate.block,
    labelled('qr', (texts) => texts.qrText, qr),
    proof.block,
    person,
    button,
  )
  const result = element('section', { id: 'result', 'aria-live': 'polite', tabindex: '-1' })
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const subject: Person | undefined =
      name.value === '' && idNumber.value === ''
        ? undefined
        : { name: name.value.trim(), idType: idType.value, idNumber: idNumber.value.trim() }
    void answerOf(
      certificate.chosen(),
      qr.value,
      proof.chosen(),
      builtIn ?? policyFile.chosen(),
      subject,
    ).then((answer) => {
      if (typeof answer === 'string') showProblem(result, answer)
      else showAnswer(result, answer)
    })
  })
  const main = element('main', {})
  main.append(
    languages(),
    spoken('h1', (texts) => texts.title),
    spoken('p', (texts) => texts.intro),
    form,
    result,
  )
  document.body.append(main)
  say(() => {
    if (last !== undefined) showAnswer(result, last)
  })
}

/** An answer, or what is off with what was given, in the words of the language. */
async function answerOf(
  certificate: File | undefined,
  qrText: string,
  proof: File | undefined,
  policyGiven: string | File | undefined,
  person: Person | undefined,
): Promise<Answer | string> {
  const texts = catalogues[language]
  if (certificate === undefined && qrText.trim() === '') return texts.nothingChosen
  let policy: Policy | undefined
  try {
    const text = typeof policyGiven === 'string' ? policyGiven : await policyGiven?.text()
    policy = text === undefined ? undefined : readPolicy(portableCrypto, text)
  } catch (error) {
    if (error instanceof PolicyError) return fill(texts.policyBroken, { why: error.message })
    throw error
  }
  const settings = {
    crypto: portableCrypto,
    readPicture: () => refuse('picture-unreadable'),
    ...(policy === undefined ? {} : { policy }),
    ...(proof === undefined ? {} : { proof: await bytesOf(proof, limits.proof + 1) }),
    ...(person === undefined ? {} : { person }),
  }
  try {
    const input =
      certificate === undefined ? encode(qrText.replace(/^\s+|[\r\n]+$/g, '')) : await inputOf(certificate)
    return check(input, settings)
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    return { verdict: verdictOf([error.reason]), reasons: [error.reason], facts: {} }
  }
}

/** A picture of any kind that the browser knows becomes the text of the code on it. */
async function inputOf(file: File): Promise<Uint8Array> {
  if (!file.type.startsWith('image/')) return bytesOf(file, limits.file + 1)
  return encode(qrTextOf(await pictureOf(file)))
}

async function pictureOf(file: File): Promise<Picture> {
  let bitmap: ImageBitmap
  try {
    bitmap = await createImageBitmap(file)
  } catch {
    return refuse('picture-unreadable')
  }
  const scale = Math.min(1, 1600 / Math.max(bitmap.width, bitmap.height))
  const width = Math.max(1, Math.round(bitmap.width * scale))
  const height = Math.max(1, Math.round(bitmap.height * scale))
  const canvas = element('canvas', {})
  canvas.width = width
  canvas.height = height
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (context === null) return refuse('picture-unreadable')
  context.fillStyle = 'white'
  context.fillRect(0, 0, width, height)
  context.drawImage(bitmap, 0, 0, width, height)
  return context.getImageData(0, 0, width, height)
}

function showAnswer(result: HTMLElement, answer: Answer): void {
  last = answer
  const texts = catalogues[language]
  const heading = element('h2', { class: answer.verdict })
  heading.textContent = `${answer.verdict === 'valid' ? '✓' : '✗'} ${texts.verdicts[answer.verdict]}`
  const meaning = element('p', {})
  meaning.textContent = texts.verdictMeaning[answer.verdict]
  const why = element('ul', {})
  for (const reason of answer.reasons) {
    const item = element('li', {})
    item.textContent = `${texts.reasons[reason]} (${reason})`
    why.append(item)
  }
  const facts = element('dl', {})
  for (const [label, value] of describeFacts(answer.facts, texts, language)) {
    const term = element('dt', {})
    term.textContent = label
    const description = element('dd', {})
    description.textContent = value
    facts.append(term, description)
  }
  result.replaceChildren(heading, meaning)
  if (answer.reasons.length > 0) result.append(why)
  if (facts.childElementCount > 0) result.append(facts)
  result.focus()
}

function showProblem(result: HTMLElement, problem: string): void {
  last = undefined
  const paragraph = element('p', { class: 'problem' })
  paragraph.textContent = problem
  result.replaceChildren(paragraph)
  result.focus()
}

function languages(): HTMLElement {
  const bar = element('div', { class: 'languages', role: 'group', 'aria-label': '语言 / Language' })
  for (const [code, label] of [
    ['zh', '中文'],
    ['en', 'English'],
  ] as const) {
    const button = element('button', { type: 'button', lang: catalogues[code].language })
    button.textContent = label
    button.addEventListener('click', () => {
      language = code
      speak()
    })
    say(() => button.setAttribute('aria-pressed', String(language === code)))
    bar.append(button)
  }
  return bar
}

function fileInput(
  id: string,
  label: 'policyFile' | 'certificateFile' | 'proofFile',
  help: 'policyHelp' | 'certificateHelp' | 'proofHelp',
  accept: string,
): { readonly block: HTMLElement; readonly chosen: () => File | undefined } {
  const input = element('input', { id, type: 'file', accept, 'aria-describedby': `${id}-help` })
  const note = spoken('span', (texts) => texts[help])
  note.id = `${id}-help`
  note.className = 'note'
  const block = labelled(id, (texts) => texts[label], input)
  block.append(note)
  return { block, chosen: () => input.files?.[0] }
}

function labelled(id: string, text: (texts: VerifierTexts) => string, input: HTMLElement): HTMLElement {
  const label = spoken('label', text)
  label.setAttribute('for', id)
  const block = element('div', { class: 'field' })
  block.append(label, input)
  return block
}

function spoken(
  name: 'button' | 'h1' | 'p' | 'span' | 'label' | 'summary',
  text: (texts: VerifierTexts) => string,
): HTMLElement {
  const made = element(name, {})
  say((texts) => {
    made.textContent = text(texts)
  })
  return made
}

function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, string>>,
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  return made
}

function say(inLanguage: (texts: VerifierTexts) => void): void {
  words.push(inLanguage)
}

function speak(): void {
  const texts = catalogues[language]
  document.documentElement.lang = texts.language
  document.title = texts.title
  for (const word of words) word(texts)
}

function builtInPolicy(): string | undefined {
  const text = document.getElementById('built-in-policy')?.textContent ?? ''
  return text.trim() === '' ? undefined : text
}

async function bytesOf(file: File, most: number): Promise<Uint8Array> {
  return new Uint8Array(await file.slice(0, most).arrayBuffer())
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

function refuse(reason: 'picture-unreadable'): never {
  throw new Refused(reason)
}
