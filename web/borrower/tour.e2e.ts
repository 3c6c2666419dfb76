import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { en } from '@jieqing/texts/borrower/en'
import { zh } from '@jieqing/texts/borrower/zh'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type Language,
  openBrowser,
  openPage,
  overflow,
  signIn,
  textSize,
  violations,
} from './testing/browser.ts'
import { openWorld, type World } from './testing/world.ts'

let world: World
let browser: Browser

beforeAll(async () => {
  ;[world, browser] = await Promise.all([openWorld(), openBrowser()])
})
afterAll(async () => {
  await browser?.close()
  await world?.close()
})

/** `JIEQING_SCREENS` names a folder that gets a picture of every screen (`npm run screens`). */
const pictures = process.env.JIEQING_SCREENS

describe.each(['zh', 'en'] as const)('C1 C2 C4 L1 every screen in its fullest state (%s)', (language) => {
  const texts = language === 'zh' ? zh : en

  test('no screen has a fault of accessibility or scrolls sideways, at usual and at double text size', async () => {
    const found: string[] = []
    const look = async (page: Page, name: string) => {
      found.push(...(await inspect(page, language, name)))
    }
    const invited = await world.invited()
    const { page, context, complaints } = await openPage(browser, world.url, { language })
    const press = (name: string | RegExp) => page.getByRole('button', { name, exact: true }).click()
    const follow = (name: string) => page.getByRole('link', { name, exact: true }).click()
    const heading = (name: string) => page.getByRole('heading', { name }).first().waitFor()

    await heading(texts.signIn.title)
    await page.getByLabel(texts.signIn.phone).fill(invited.phone)
    await press(texts.signIn.sendCode)
    await page.getByRole('button', { name: texts.sandbox.useCode }).waitFor()
    await look(page, 'sign-in')
    await press(texts.sandbox.useCode)
    await press(texts.signIn.submit)
    await heading(texts.home.invited)
    await look(page, 'home-invited')
    await press(texts.home.accept)
    await follow(texts.home.borrow)
    await page.getByRole('button', { name: texts.card.bindDemo }).waitFor()
    await look(page, 'borrow-without-card')
    await press(texts.card.bindDemo)
    await page.getByLabel(texts.borrow.amount).fill('8000')
    await look(page, 'borrow')
    await press(texts.borrow.submit)
    await heading(texts.payment.titles.drawdowns)
    await look(page, 'drawdown-requested')
    await follow(texts.page.home)
    await follow(texts.home.leave)
    await page.getByText(texts.blockers['drawdown-in-flight'].name).first().waitFor()
    await look(page, 'check-waiting')
    await context.close()

    const owing = await world.withLine()
    await owing.sign()
    await owing.borrow(1_000_000n)
    await owing.borrow(350_000n)
    await world.pass(35 * 24 * 60)
    const second = await openPage(browser, world.url, { language })
    await signIn(second.page, owing.phone, language)
    await second.page.getByText(texts.home.nextDueLate).waitFor()
    await look(second.page, 'home')
    await second.page.getByRole('link', { name: texts.home.repay, exact: true }).click()
    await second.page.getByText(texts.repay.other).click()
    await second.page.getByRole('textbox', { name: texts.repay.amount }).fill('100')
    await look(second.page, 'repay')
    await second.page.goto(`${world.url}/timeline?lang=${language}`)
    await second.page.getByText(texts.ahead['instalment-due']).first().waitFor()
    await look(second.page, 'timeline')
    await second.page.goto(`${world.url}/check?lang=${language}`)
    await second.page.getByText(texts.blockers['principal-owed'].name).first().waitFor()
    await look(second.page, 'check-blocked')
    await second.page.getByRole('button', { name: cureName(language) }).click()
    await second.page.getByRole('heading', { name: texts.payoff.title }).waitFor()
    await second.page.getByRole('button', { name: payName(language) }).waitFor()
    await look(second.page, 'payoff')
    await second.page.getByRole('button', { name: payName(language) }).click()
    await second.page.getByLabel(texts.identity.phone).fill(owing.phone)
    await second.page.getByRole('button', { name: texts.identity.send }).click()
    await second.page.getByRole('button', { name: texts.sandbox.useCode }).click()
    await look(second.page, 'payoff-identity')
    await second.page.getByRole('button', { name: texts.payoff.verifyAndPay('').trim() }).click()
    await second.page.getByText(texts.payment.states.repayments.paid).first().waitFor()
    await look(second.page, 'repayment-clearing')
    await world.pass(60)
    await owing.repay(2_500n)
    await world.pass(60)
    await second.page.goto(`${world.url}/check?lang=${language}`)
    await second.page.getByText(texts.blockers['credit-balance'].name).first().waitFor()
    await look(second.page, 'check-refund')
    await second.page.getByRole('button', { name: refundName(language) }).click()
    await second.page.getByRole('heading', { name: texts.refund.title }).waitFor()
    await second.page.getByText(texts.refund.card).waitFor()
    await look(second.page, 'refund')
    await second.page.getByRole('button', { name: refundName(language) }).click()
    await second.page.getByRole('heading', { name: texts.payment.titles.refunds }).waitFor()
    await world.pass(60)
    await second.page.goto(`${world.url}/check?lang=${language}`)
    await second.page.getByText(texts.check.ready, { exact: true }).waitFor()
    await look(second.page, 'check-ready')
    await second.page.getByRole('button', { name: texts.check.start, exact: true }).click()
    await second.page.getByRole('heading', { name: texts.identity.title }).waitFor()
    await second.page.getByLabel(texts.identity.phone).fill(owing.phone)
    await second.page.getByRole('button', { name: texts.identity.send }).click()
    await second.page.getByRole('button', { name: texts.sandbox.useCode }).click()
    await look(second.page, 'check-identity')
    await second.page.getByRole('button', { name: texts.identity.verify, exact: true }).click()
    await second.page.getByRole('heading', { name: texts.confirm.title }).waitFor()
    await look(second.page, 'check-confirm')
    await second.page.getByRole('button', { name: texts.confirm.confirm }).click()
    await second.page.getByRole('heading', { name: texts.receipt.done }).waitFor()
    await second.page.getByText(texts.events['line-closed']).waitFor()
    await look(second.page, 'receipt')
    await second.page.goto(`${world.url}/?lang=${language}`)
    await second.page.getByRole('heading', { name: texts.home.ended }).waitFor()
    await look(second.page, 'home-closed')
    await second.context.close()

    expect(found).toEqual([])
    expect([...complaints, ...second.complaints]).toEqual([])
  })
})

const cureName = (language: Language) => (language === 'zh' ? /^生成报价/ : /^Get a quote and pay/)
const payName = (language: Language) => (language === 'zh' ? /^付清/ : /^Pay off ¥/)
const refundName = (language: Language) => (language === 'zh' ? /^退回/ : /^Refund ¥/)

/** Faults of this screen, and its picture where one is asked for. */
async function inspect(page: Page, language: Language, name: string): Promise<readonly string[]> {
  const found: string[] = []
  for (const percent of [100, 200]) {
    await textSize(page, percent)
    const where = `${name} at ${percent} %`
    found.push(...(await violations(page)).map((one) => `${where}: ${one}`))
    if ((await overflow(page)) > 0) found.push(`${where}: scrolls sideways`)
    if (percent === 100 && pictures !== undefined)
      await photograph(page, `${pictures}/${name}.${language}.png`)
  }
  await textSize(page, 100)
  return found
}

async function photograph(page: Page, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await page.screenshot({ path, fullPage: true, scale: 'css' })
}
