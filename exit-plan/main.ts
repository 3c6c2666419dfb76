import { calendarDateOrNone, shanghaiDate } from '@jieqing/domain/calendar/date'
import { yuan } from '@jieqing/domain/money/fen'
import { Command, Option } from 'commander'
import { askedFields, askMapping, askPassword, mappingOf } from './ask.ts'
import type { AskedMapping } from './bills/header.ts'
import { isStale, type Lender, lenders, type Phone, phoneStanding } from './directory/directory.ts'
import { formats } from './formats.ts'
import { remember, remembered } from './home.ts'
import { type Imported, importFiles } from './import.ts'
import type { Decision } from './inventory/review.ts'
import { scoreOf } from './inventory/score.ts'
import { importJson, plainJson } from './json.ts'
import { importLines, refusalSentence } from './print.ts'
import { progressFor } from './progress.ts'
import { type KnownClosing, type ReportDifference, reportDifference } from './reports/difference.ts'
import type { CreditReport, ReportAccount } from './reports/report.ts'
import { type Language, say, textsIn } from './texts/say.ts'
import type { Texts } from './texts/zh.ts'

/**
 * `jieqing-exit`: the borrower's own tool (M). JSON and sentences on standard output, progress and refusals on standard
 * error; exit 0 all went well, 1 some input was refused, 2 the command's words are off.
 */
const program = new Command('jieqing-exit')
  .description('查清并退出所有借款平台 · find every line of credit in your own exports, on your own machine')
  .addOption(new Option('--lang <language>', '语言 · language').choices(['zh', 'en']).default('zh'))
  .exitOverride((error) => {
    process.exit(error.exitCode === 0 ? 0 : 2)
  })

program
  .command('import')
  .description('读取账单、流水、短信备份、信用报告 · read bills, statements, message backups, credit reports')
  .argument('<files...>')
  .option('--json', 'one JSON object')
  .option('--password <text>', 'password of a ZIP, PDF or workbook; may be given again', collect, [])
  .option('--map <words>', 'columns of an unknown layout: at=日期,amount=金额,payee=对方; kept for next time')
  .action(async (paths: string[], options: { json?: boolean; password: string[]; map?: string }) => {
    const texts = spoken()
    const imported = await imports(paths, options, texts)
    if (options.json === true) out(JSON.stringify(importJson(imported)))
    else for (const line of importLines(imported, texts)) out(line)
    complain(imported, texts, options.json === true)
  })

const review = program
  .command('review')
  .description('人工整理，决定会被记住 · decide by hand; decisions are remembered')
review.command('list').action(async () => {
  const { decisions } = await remembered()
  if (decisions.length === 0) out(spoken().reviewNone)
  decisions.forEach((decision, index) => {
    out(`${index + 1}. ${JSON.stringify(decision)}`)
  })
})
review
  .command('ignore <key>')
  .description('not mine, or done with: leave it out from now on')
  .action((key: string) => decide({ kind: 'ignore', key }))
review
  .command('merge <from> <into>')
  .description('both are one line of credit')
  .action((from: string, into: string) => decide({ kind: 'merge', from, into }))
review
  .command('split <key> <words> <name>')
  .description('pieces whose text holds <words> are a line of their own')
  .action((key: string, words: string, name: string) => decide({ kind: 'split', key, words, name }))
review
  .command('undo <number>')
  .description('take back decision <number> of the list')
  .action(async (number: string) => {
    const { decisions } = await remembered()
    const index = Number(number) - 1
    if (decisions[index] === undefined) {
      err(say(spoken().reviewNothing, { number }))
      process.exitCode = 1
      return
    }
    await remember({ decisions: decisions.filter((_, at) => at !== index) })
    out(spoken().reviewDone)
  })

const report = program.command('report').description('个人信用报告 · personal credit reports')
report
  .command('show <file>')
  .option('--json', 'one JSON object')
  .option('--password <text>', 'password of the PDF or ZIP; may be given again', collect, [])
  .action(async (path: string, options: { json?: boolean; password: string[] }) => {
    const texts = spoken()
    const found = await oneReport(path, options, texts)
    if (found === undefined) return
    if (options.json === true) out(plainJson(found))
    else for (const line of reportLines(found, texts)) out(line)
  })
report
  .command('diff <earlier> <later>')
  .description('what changed, what is closed and still shown, who looked after closing')
  .option('--json', 'one JSON object')
  .option('--password <text>', 'password of the PDFs or ZIPs; may be given again', collect, [])
  .option(
    '--closed <institution=date>',
    'a closing you know of, for example 招联消费金融=2026-09-01; may be given again',
    collect,
    [],
  )
  .action(
    async (
      before: string,
      after: string,
      options: { json?: boolean; password: string[]; closed: string[] },
    ) => {
      const texts = spoken()
      const closings = options.closed.map(closingOf)
      if (closings.some((closing) => closing === undefined)) {
        err(say(texts.closedWrong, { text: options.closed.join(' ') }))
        process.exit(2)
      }
      const earlier = await oneReport(before, options, texts)
      const later = await oneReport(after, options, texts)
      if (earlier === undefined || later === undefined) return
      const difference = reportDifference(
        earlier,
        later,
        closings.flatMap((closing) => closing ?? []),
      )
      if (options.json === true) out(plainJson(difference))
      else for (const line of differenceLines(difference, texts)) out(line)
    },
  )

program
  .command('lender <name>')
  .description('名录中的一家 · one entry of the directory, with what is claimed and by whom')
  .option('--json', 'one JSON object a line')
  .action((name: string, options: { json?: boolean }) => {
    const texts = spoken()
    const found = lenders.filter(
      ({ id, product, aliases, lenders: legal }) =>
        id === name ||
        product.name.includes(name) ||
        aliases.includes(name) ||
        legal.some((each) => each.name.includes(name)),
    )
    if (found.length === 0) {
      err(say(texts.lenderNone, { name }))
      process.exitCode = 1
    }
    for (const lender of found) {
      if (options.json === true) out(JSON.stringify(lender))
      else for (const line of lenderLines(lender, texts)) out(line)
    }
  })

program
  .command('formats')
  .description('能读的格式，是否经样本验证 · formats, and whether a sample of each was tested')
  .option('--json', 'one JSON object a line')
  .action((options: { json?: boolean }) => {
    for (const each of formats) {
      const { format, version, container, tested } = each
      if (options.json === true) out(JSON.stringify(each))
      else out(`${format} ${version} · ${container}${tested ? '' : spoken().untested}`)
    }
  })

program
  .command('score')
  .description('识别的准确率与召回率 · precision and recall on the labelled set in fixtures/')
  .option('--json', 'one JSON object a line')
  .option('--mistakes', 'names every mistake of the tuning part')
  .action(async (options: { json?: boolean; mistakes?: boolean }) => {
    const texts = spoken()
    for (const part of ['tuning', 'set-aside'] as const) {
      const { mistakes, precision, recall, ...counts } = await scoreOf(part)
      const shares = { precision: precision.toFixed(3), recall: recall.toFixed(3) }
      if (options.json === true) out(JSON.stringify({ part, ...counts, ...shares }))
      else out(say(texts.scoreLine, { part: texts.scorePart[part], ...counts, ...shares }))
      if (options.mistakes === true && part === 'tuning')
        for (const mistake of mistakes) out(JSON.stringify(mistake))
    }
  })

await program.parseAsync()

function spoken(): Texts {
  return textsIn(program.opts<{ lang: Language }>().lang)
}

function out(line: string): void {
  process.stdout.write(`${line}\n`)
}

function err(line: string): void {
  process.stderr.write(`${line}\n`)
}

function collect(value: string, before: string[]): string[] {
  return [...before, value]
}

interface ImportWords {
  readonly password: readonly string[]
  readonly map?: string
}

async function imports(paths: readonly string[], words: ImportWords, texts: Texts): Promise<Imported> {
  const memory = await remembered()
  const given = words.map === undefined ? undefined : mappingOf(words.map)
  if (words.map !== undefined && given === undefined) {
    err(say(texts.mapWrong, { fields: askedFields.join(' ') }))
    process.exit(2)
  }
  const kept: AskedMapping[] = given === undefined ? [] : [given]
  const progress = progressFor(texts)
  const imported = await importFiles(paths, {
    passwords: words.password,
    mappings: [...kept, ...memory.mappings],
    decisions: memory.decisions,
    askPassword: async (path) => {
      progress.stop()
      return askPassword(path, texts)
    },
    askMapping: async (path, rows) => {
      progress.stop()
      const mapping = await askMapping(path, rows, texts)
      if (mapping !== undefined) {
        kept.push(mapping)
        err(texts.mapKept)
      }
      return mapping
    },
    onBytes: progress.bytes,
  })
  progress.stop()
  if (kept.length > 0) {
    const known = new Set(memory.mappings.map((mapping) => JSON.stringify(mapping)))
    const fresh = kept.filter((mapping) => !known.has(JSON.stringify(mapping)))
    if (fresh.length > 0) await remember({ mappings: [...memory.mappings, ...fresh] })
  }
  return imported
}

function complain(imported: Imported, texts: Texts, onErr: boolean): void {
  for (const file of imported.files) {
    if (file.refused !== undefined && onErr) err(refusalSentence(file, texts))
    if (file.refused !== undefined || file.rows.failed.length > 0) process.exitCode = 1
  }
}

async function decide(decision: Decision): Promise<void> {
  const { decisions } = await remembered()
  await remember({ decisions: [...decisions, decision] })
  out(spoken().reviewDone)
}

async function oneReport(path: string, words: ImportWords, texts: Texts): Promise<CreditReport | undefined> {
  const imported = await imports([path], words, texts)
  const [first] = imported.reports
  if (first !== undefined) return first.report
  complain(imported, texts, true)
  err(say(texts.reportNotRead, { path }))
  process.exitCode = 1
  return undefined
}

function closingOf(words: string): KnownClosing | undefined {
  const [institution = '', date = ''] = words.split('=')
  const on = calendarDateOrNone(date)
  return institution === '' || on === undefined ? undefined : { institution, on }
}

function reportLines(found: CreditReport, texts: Texts): readonly string[] {
  return [
    say(texts.reportTitle, {
      number: found.number ?? '',
      form: texts.reportForm[found.form],
      on: found.on ?? '',
    }),
    ...found.accounts.map((account) => accountLine(account, texts)),
    ...found.guarantees.map(
      ({ institution, text }) => `- ${texts.friend.guarantee}: ${institution} ${text.slice(0, 60)}`,
    ),
    ...found.enquiries.map(({ on, by, reason }) => `- ${on} ${by} ${reason}`),
  ]
}

function accountLine(account: ReportAccount, texts: Texts): string {
  return `- ${say(texts.reportAccount, {
    institution: account.institution,
    business: account.business,
    state: account.state,
    balance: account.balance === undefined ? texts.reportUnknown : yuan(account.balance),
    zero: account.openAtZero ? texts.reportZero : '',
  })}`
}

function differenceLines(difference: ReportDifference, texts: Texts): readonly string[] {
  const section = (title: string, lines: readonly string[]) => (lines.length === 0 ? [] : [title, ...lines])
  const accounts = (list: readonly ReportAccount[]) => list.map((account) => accountLine(account, texts))
  const { diff } = texts
  return [
    ...section(
      diff.closedButShown,
      difference.closedButShown.map(
        ({ account, closing }) => `${accountLine(account, texts)} (${closing.on})`,
      ),
    ),
    ...section(
      diff.enquiriesAfterClosing,
      difference.enquiriesAfterClosing.map(
        ({ enquiry, closedIn }) => `- ${enquiry.on} ${enquiry.by} ${enquiry.reason} (${closedIn})`,
      ),
    ),
    ...section(diff.reopened, accounts(difference.reopened)),
    ...section(diff.opened, accounts(difference.opened)),
    ...section(diff.closed, accounts(difference.closed)),
    ...section(diff.stillOpen, accounts(difference.stillOpen)),
    ...section(diff.openAtZero, accounts(difference.openAtZero)),
    ...section(diff.gone, accounts(difference.gone)),
    ...section(
      diff.newEnquiries,
      difference.newEnquiries.map(({ on, by, reason }) => `- ${on} ${by} ${reason}`),
    ),
    ...section(
      diff.lookAgain,
      difference.lookAgain.map((day) => `- ${day}`),
    ),
  ]
}

function lenderLines(lender: Lender, texts: Texts): readonly string[] {
  const today = shanghaiDate(new Date())
  const age = say(isStale(lender, today) ? texts.lenderStale : texts.lenderAsOf, { asOf: lender.asOf })
  const phones = lender.phones.map((phone) => phoneLine(lender, phone, texts))
  return [
    `${lender.product.asWritten} [${lender.id}]${age}`,
    `  ${lender.lendersAsWritten}`,
    ...phones.map((line) => `  ${line}`),
    `  ${say(texts.lenderClosing, { text: lender.closing.text })}${texts.lenderClosingState[lender.closing.state]}`,
    `  ${say(texts.lenderSources, { sources: lender.sources.join('; ') })}`,
    `  ${texts.lenderCorrection}`,
  ]
}

function phoneLine(lender: Lender, phone: Phone, texts: Texts): string {
  const { number, claim } = phone
  switch (phoneStanding(lender, phone)) {
    case 'fact':
      return say(texts.lenderPhoneFact, { number })
    case 'claim':
      return say(texts.lenderPhoneClaim, { number, claim })
    case 'conflicting':
      return texts.lenderPhoneConflict
  }
}
