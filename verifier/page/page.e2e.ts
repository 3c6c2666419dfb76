import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type Browser, chromium, type Page } from 'playwright-core'
import { PNG } from 'pngjs'
import encodeQR from 'qr'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bytes, vector, vectors } from '../testing/vectors.ts'
import { buildPage } from './build.ts'

const closure = vector('closure')
const axe = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8')
let folder: string
let browser: Browser

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'jieqing-page-'))
  writeFileSync(join(folder, 'verify.html'), await buildPage())
  writeFileSync(join(folder, 'pinned.html'), await buildPage(JSON.stringify(vectors.policy)))
  writeFileSync(join(folder, 'policy.json'), JSON.stringify(vectors.policy))
  writeFileSync(join(folder, 'closure.cose'), bytes(closure.signed))
  writeFileSync(join(folder, 'closure.tlog-proof'), closure.proof)
  writeFileSync(join(folder, 'closure.png'), picture(closure.qr))
  const path = process.env.CHROMIUM_PATH || '/usr/bin/chromium'
  if (!existsSync(path)) throw new Error(`no Chromium at ${path}: install it, or set CHROMIUM_PATH`)
  browser = await chromium.launch({
    executablePath: path,
    args: ['--no-sandbox', '--disable-background-networking'],
  })
})

afterAll(async () => {
  await browser?.close()
  rmSync(folder, { recursive: true, force: true })
})

/** From the disk, with the network off; whatever is asked for but the file itself is a failure. */
async function opened(file: string, locale: string, test: (page: Page) => Promise<void>): Promise<void> {
  const context = await browser.newContext({ offline: true, locale, viewport: { width: 390, height: 844 } })
  const page = await context.newPage()
  const wrong: string[] = []
  page.on('request', (request) => {
    if (!/^(file|data|blob):/.test(request.url())) wrong.push(request.url())
  })
  page.on('pageerror', (error) => wrong.push(String(error)))
  page.on('console', (message) => message.type() === 'error' && wrong.push(message.text()))
  await page.goto(pathToFileURL(join(folder, file)).href)
  await test(page)
  expect(wrong).toEqual([])
  await context.close()
}

async function violations(page: Page): Promise<unknown> {
  // Evaluated by the browser's debugger: the page's own rule would not let a script be added.
  await page.evaluate(axe)
  return page.evaluate(
    `axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
       .then((result) => result.violations.map((one) => one.id + ': ' + one.nodes.map((node) => node.html).join(' ')))`,
  )
}

async function shot(page: Page, name: string): Promise<void> {
  const target = process.env.JIEQING_SCREENSHOTS
  if (target !== undefined) await page.screenshot({ path: join(target, `${name}.png`), fullPage: true })
}

describe('L3 the verifier’s page, from the disk and without a network', () => {
  test('checks a file with proof and person under a chosen policy, in Chinese', async () => {
    await opened('verify.html', 'zh-CN', async (page) => {
      expect(await violations(page)).toEqual([])
      await shot(page, 'verify-zh-empty')
      await page.getByLabel('信任策略文件').setInputFiles(join(folder, 'policy.json'))
      await page.getByLabel('证明文件').setInputFiles(join(folder, 'closure.cose'))
      await page.getByLabel('日志凭证').setInputFiles(join(folder, 'closure.tlog-proof'))
      await page.getByText('核对本人（可选）').click()
      await page.getByLabel('姓名').fill(vectors.person.name)
      await page.getByLabel('证件号码').fill(vectors.person.idNumber)
      await page.getByRole('button', { name: '核验' }).click()
      await page.getByRole('heading', { name: '有效' }).waitFor()
      const text = await page.locator('#result').innerText()
      for (const words of [
        '示例消费金融有限公司',
        '与所填身份相符',
        '0.00 CNY',
        '第 3 条，共 71 条',
        '2026-11-22 10:00:00+08:00',
      ]) {
        expect(text).toContain(words)
      }
      expect(await violations(page)).toEqual([])
      await shot(page, 'verify-zh-valid')
    })
  })

  test('checks a picture of the code under the policy built in, in English, and changes the language', async () => {
    await opened('pinned.html', 'en-GB', async (page) => {
      await page.getByLabel('Certificate file').setInputFiles(join(folder, 'closure.png'))
      await page.getByRole('button', { name: 'Check' }).click()
      await page.getByRole('heading', { name: 'Valid' }).waitFor()
      expect(await page.locator('#result').innerText()).toContain('no log proof given, not checked')
      expect(await violations(page)).toEqual([])
      await shot(page, 'verify-en-valid')
      await page.getByRole('button', { name: '中文' }).click()
      await page.getByRole('heading', { name: '有效' }).waitFor()
      expect(await page.getAttribute('html', 'lang')).toBe('zh-CN')
    })
  })

  test('refuses a changed text, another person and nothing at all, and says why', async () => {
    await opened('pinned.html', 'en-GB', async (page) => {
      const check = page.getByRole('button', { name: 'Check' })
      await check.click()
      await page.getByText('Choose a certificate file').waitFor()
      await page.getByLabel('or the text of the QR code').fill(`${closure.qr.slice(0, -6)}AAAAAA`)
      await check.click()
      await page.getByRole('heading', { name: 'Not a certificate' }).waitFor()
      await page.getByLabel('or the text of the QR code').fill(`${closure.qr}\n`)
      await page.getByText('Check the person').click()
      await page.getByLabel('Name').fill('李四')
      await check.click()
      await page.getByRole('heading', { name: 'Invalid' }).waitFor()
      expect(await page.locator('#result').innerText()).toContain('identity-differs')
      expect(await violations(page)).toEqual([])
      await shot(page, 'verify-en-invalid')
    })
  })

  test('believes nobody without a policy', async () => {
    await opened('verify.html', 'en-GB', async (page) => {
      await page.getByLabel('Certificate file').setInputFiles(join(folder, 'closure.cose'))
      await page.getByRole('button', { name: 'Check' }).press('Enter')
      await page.getByRole('heading', { name: 'Unknown signer' }).waitFor()
      expect(await page.locator('#result').innerText()).toContain('no-policy')
    })
  })
})

/** Drawn by another library than the lender's. */
function picture(text: string): Uint8Array {
  const modules = encodeQR(text, 'raw', { ecc: 'medium', border: 4 })
  const scale = 5
  const side = modules.length * scale
  const png = new PNG({ width: side, height: side })
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const dark = modules[Math.floor(y / scale)]?.[Math.floor(x / scale)] === true
      png.data.set([dark ? 0 : 255, dark ? 0 : 255, dark ? 0 : 255, 255], (y * side + x) * 4)
    }
  }
  return PNG.sync.write(png)
}
