import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { chromiumPath } from '@jieqing/server/platform/testing/browser'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'

export type Language = 'zh' | 'en'

export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath(),
    args: ['--no-sandbox', '--disable-background-networking', '--disable-dev-shm-usage'],
  })
}

/** A phone's page, 390 px wide, with all that its console complained of. */
export async function openPage(
  browser: Browser,
  url: string,
  options: { readonly language?: Language; readonly path?: string } = {},
): Promise<{ readonly page: Page; readonly context: BrowserContext; readonly complaints: string[] }> {
  const context = await browser.newContext({
    viewport: { width: 390, height: 844 },
    deviceScaleFactor: 2,
    hasTouch: true,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  const complaints: string[] = []
  page.on('console', (message) => {
    // An answer with a 4xx is part of the contract; Chromium writes each into the console.
    if (message.type() === 'error' && !/Failed to load resource/.test(message.text()))
      complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  await page.goto(`${url}${options.path ?? '/'}?lang=${options.language ?? 'zh'}`)
  return { page, context, complaints }
}

/** Signs in with the code of the sandbox's own message. */
export async function signIn(page: Page, phone: string, language: Language = 'zh'): Promise<void> {
  const names =
    language === 'zh'
      ? { phone: '手机号', send: '获取验证码', use: '填入', submit: '登录' }
      : { phone: 'Mobile number', send: 'Send code', use: 'Fill in', submit: 'Sign in' }
  await page.getByLabel(names.phone).fill(phone)
  await page.getByRole('button', { name: names.send }).click()
  await page.getByRole('button', { name: names.use }).click()
  await page.getByRole('button', { name: names.submit, exact: true }).click()
}

const axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

type AxeResult = {
  readonly violations: readonly {
    readonly id: string
    readonly nodes: readonly { readonly html: string }[]
  }[]
}

declare global {
  interface Window {
    readonly axe: { run(context: Document, options: object): Promise<AxeResult> }
  }
}

/** What axe-core finds against WCAG 2.2 A and AA, as short lines. The script goes in past the content security policy, as a debugger's does. */
export async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(axeSource)
  const found = await page.evaluate(async () => {
    const { violations } = await window.axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
    })
    return violations.map(({ id, nodes }) => ({ id, html: nodes.map((node) => node.html) }))
  })
  return found.map(({ id, html }) => `${id}: ${html.join(' | ')}`)
}

/** How many pixels the page is wider than its window: above zero it scrolls sideways. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
}

/** Text at `percent` of its size, as a reader sets it in the web view. */
export function textSize(page: Page, percent: number): Promise<void> {
  return page.evaluate((value) => {
    document.documentElement.style.fontSize = `${value}%`
  }, percent)
}
