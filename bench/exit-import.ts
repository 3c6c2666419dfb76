/**
 * Speed and memory of `jieqing-exit import` on a bill of 1,000,000 rows, beside a bare csv-parse of the same file (M1).
 * Each measurement is a process of its own, so that the memory is its own; rounds are interleaved and the median
 * counts. Prints one line a round and the ratio: 1 is as fast as the bare parser, 0.3 is the floor.
 *
 *   node --import tsx bench/exit-import.ts [rows] [rounds]
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { importFiles, quietly } from '@jieqing/exit-plan/import'
import { parse } from 'csv-parse'

interface Measured {
  readonly seconds: number
  readonly mebibytes: number
  readonly rows: number
}

const [first, second, third] = process.argv.slice(2)
if (first === '--one') await one(second ?? 'bare', third ?? '')
else await rounds(Number(first ?? 1_000_000), Number(second ?? 3))

async function rounds(rows: number, count: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'exit-import-'))
  try {
    const file = join(folder, 'bill.csv')
    await writeBill(file, rows)
    process.stdout.write(`${rows} rows, ${(await stat(file)).size} bytes\n`)
    const bare: Measured[] = []
    const whole: Measured[] = []
    for (let round = 1; round <= count; round += 1) {
      for (const [mode, list] of [
        ['bare', bare],
        ['import', whole],
      ] as const) {
        const measured = await inOwnProcess(mode, file)
        list.push(measured)
        process.stdout.write(
          `round ${round} ${mode}: ${measured.seconds.toFixed(2)} s, ${measured.mebibytes} MiB, ${measured.rows} rows\n`,
        )
      }
    }
    const ratio = median(bare.map(({ seconds }) => seconds)) / median(whole.map(({ seconds }) => seconds))
    const memory = Math.max(...whole.map(({ mebibytes }) => mebibytes))
    process.stdout.write(
      `ratio ${ratio.toFixed(2)} (floor 0.30), most memory of an import ${memory} MiB (ceiling 300)\n`,
    )
    if (ratio < 0.3 || memory > 300) process.exitCode = 1
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function one(mode: string, file: string): Promise<void> {
  const start = performance.now()
  let rows = 0
  if (mode === 'bare') {
    const parser = createReadStream(file).pipe(parse({ relax_column_count: true }))
    parser.on('data', () => {
      rows += 1
    })
    await finished(parser)
  } else {
    const { files } = await importFiles([file], quietly)
    rows = files[0]?.rows.read ?? 0
  }
  const seconds = (performance.now() - start) / 1000
  const mebibytes = Math.round(process.resourceUsage().maxRSS / 1024)
  process.stdout.write(JSON.stringify({ seconds, mebibytes, rows }))
}

function inOwnProcess(mode: string, file: string): Promise<Measured> {
  const self = fileURLToPath(import.meta.url)
  const child = spawn(process.execPath, ['--import', 'tsx', self, '--one', mode, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString()
  })
  return new Promise((resolve, reject) => {
    child.on('close', (code) =>
      code === 0 ? resolve(JSON.parse(text) as Measured) : reject(new Error(`${mode}: exit ${code}`)),
    )
  })
}

/**
 * The header stands first: csv-parse makes an error object for every row that is longer than the first one, so a title line
 * above would slow the bare parser to a tenth and flatter the import.
 *
 * A bill of the app's 2023 layout: shops, renewals, 花呗 as pay method and repayments, many payees, one row a few minutes apart.
 */
async function writeBill(file: string, rows: number): Promise<void> {
  const out = createWriteStream(file)
  out.write(
    '交易时间,交易分类,交易对方,对方账号,商品说明,收/支,金额,收/付款方式,交易状态,交易订单号,商家订单号,备注,\n',
  )
  const start = Date.UTC(2016, 0, 1)
  for (let row = 0; row < rows; row += 1) {
    const at = new Date(start + row * 300_000).toISOString().slice(0, 19).replace('T', ' ')
    const order = String(2_016_000_000_000_000 + row)
    const amount = `${1 + (row % 300)}.${String(row % 100).padStart(2, '0')}`
    const kinds = [
      `餐饮美食,小店${row % 5000},sho***@qq.com,午餐 ${row},支出,${amount},余额宝,交易成功`,
      `日用百货,商店${row % 700_000},/,商品示例 ${row},支出,${amount},招商银行(1234),交易成功`,
      `交通出行,高德打车,aut***@autonavi.com,打车订单 ${row},支出,${amount},中信银行信用卡(6428)&红包,交易成功`,
      `转账红包,朋友${row % 90},/,转账,收入,${amount},余额,交易成功`,
      `日用百货,天猫超市,tia***@tmall.com,天猫超市订单,支出,${amount},${row % 50 === 4 ? '花呗' : '余额'},交易成功`,
      `${row % 500 === 5 ? '信用借还,花呗,/,花呗主动还款-2026年09月账单,不计收支' : '投资理财,余额宝,/,余额宝-自动转入,不计收支'},${amount},余额宝,${row % 500 === 5 ? '还款成功' : '交易成功'}`,
    ]
    const line = `${at},${kinds[row % kinds.length]},${order}\t,${order}9\t,,\n`
    if (!out.write(line)) await once(out, 'drain')
  }
  out.end()
  await finished(out)
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
