import { en } from '@jieqing/texts/borrower/en'
import { zh } from '@jieqing/texts/borrower/zh'
import type { Browser, Page } from 'playwright-core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openBrowser, openPage, signIn } from './testing/browser.ts'
import { openWorld, type World } from './testing/world.ts'

let world: World
let browser: Browser

// Each language has a sandbox of its own: a life moves the clock.
beforeEach(async () => {
  ;[world, browser] = await Promise.all([openWorld(), openBrowser()])
})
afterEach(async () => {
  await browser?.close()
  await world?.close()
})

describe.each(['zh', 'en'] as const)(
  'A1 A3 A6 C1 C2 C5 C8 L1 a borrower’s whole life on the page (%s)',
  (language) => {
    const texts = language === 'zh' ? zh : en

    test('invited, opened, borrowed, billed, paid off, taken back once, closed, and the receipt tells it all', async () => {
      const { phone } = await world.invited()
      const { page, context, complaints } = await openPage(browser, world.url, { language })
      const press = (name: string | RegExp) => page.getByRole('button', { name, exact: true }).click()
      const follow = (name: string) => page.getByRole('main').getByRole('link', { name, exact: true }).click()
      const sees = (text: string | RegExp) => page.getByText(text).first().waitFor()
      const read: string[] = []
      const reading = async () => {
        read.push(await page.locator('body').innerText())
      }
      const passes = async (name: string) => {
        const now = page.getByRole('complementary').locator('time')
        const before = await now.getAttribute('datetime')
        await press(name)
        await expect.poll(() => now.getAttribute('datetime'), { timeout: 30_000 }).not.toBe(before)
      }

      await signIn(page, phone, language)
      await sees(texts.home.invited)
      await sees('¥50,000.00')
      await reading()
      await press(texts.home.accept)
      await sees(texts.home.nothingDue)

      await follow(texts.home.borrow)
      await press(texts.card.bindDemo)
      await page.getByLabel(texts.borrow.amount).fill('10,000')
      await page.getByRole('radio', { name: texts.borrow.instalmentsOption(5) }).waitFor()
      await reading()
      await press(texts.borrow.submit)
      await sees(texts.payment.states.drawdowns.requested)
      await passes(texts.sandbox.minutes40)
      await sees(texts.payment.states.drawdowns['paid-out'])
      await follow(texts.receipt.home)
      await sees('¥40,000.00')

      await passes(texts.sandbox.month)
      await sees('¥2,105.00')
      await sees('¥10,105.00')
      await reading()

      await follow(texts.home.leave)
      await sees(texts.check.notReady(2))
      await sees(texts.blockers['interest-owed'].name)
      await sees(texts.blockers['principal-owed'].name)
      await sees(texts.fine['credit-balance'])
      expect(await page.getByRole('button', { name: texts.check.start }).isDisabled()).toBe(true)
      await reading()
      await press(texts.check.cures['/v1/me/payoff-quotes']('¥10,105.00'))
      await sees(texts.payoff.promise)
      await press(texts.payoff.pay('¥10,105.00'))
      expect(await page.getByLabel(texts.identity.phone).inputValue()).toBe(phone)
      await press(texts.sandbox.useCode)
      await reading()
      await press(texts.payoff.verifyAndPay('¥10,105.00'))
      await sees(texts.payment.states.repayments.paid)
      await follow(texts.payment.continueClosing)
      await sees(texts.blockers['repayment-unposted'].name)
      await reading()
      await passes(texts.sandbox.minutes40)
      await sees(texts.check.ready)

      await press(texts.check.start)
      await sees(texts.identity.title)
      await press(texts.confirm.keep)
      await sees(texts.home.nothingDue)
      await follow(texts.home.leave)
      await press(texts.check.start)
      await press(texts.sandbox.useCode)
      await press(texts.identity.verify)
      await sees(texts.confirm.noWayBackLead)
      await sees(texts.confirm.endsLine('¥50,000.00'))
      await reading()
      await equalWeight(page, texts.confirm.confirm, texts.confirm.keep)
      await press(texts.confirm.confirm)

      await sees(texts.receipt.done)
      expect(page.url()).toMatch(/\/receipt\/[0-9a-f-]{36}$/)
      await sees(texts.effects['line-ended'])
      await sees(texts.effects['agreement-ended'])
      await sees(texts.receipt.obligationsNone)
      const life = page.getByRole('region', { name: texts.timeline.past }).getByRole('listitem')
      for (const kind of [
        'line-closed',
        'loan-paid-off',
        'closing-withdrawn',
        'line-opened',
        'invited',
      ] as const)
        await life.filter({ hasText: texts.events[kind] }).first().waitFor()
      await reading()
      await page.reload()
      await sees(texts.receipt.done)
      await page.goto(`${world.url}/?lang=${language}`)
      await sees(texts.home.ended)
      await sees(texts.entry['invitation-used'])
      await reading()
      if (language === 'en')
        expect(read.join('\n').replaceAll(en.page.switchLanguage, '')).not.toMatch(/\p{Script=Han}/u)
      expect(complaints).toEqual([])
      const kept = await page.evaluate(() => ({
        cookie: document.cookie,
        session: Object.keys(sessionStorage),
        local: Object.keys(localStorage),
      }))
      expect(kept).toEqual({ cookie: '', session: [], local: ['jieqing.language'] })
      await context.close()
    })
  },
)

/** Two buttons of the same size, colours and type. */
async function equalWeight(page: Page, one: string, other: string): Promise<void> {
  const looks = await Promise.all([one, other].map((name) => lookOf(page, 'button', name)))
  expect(looks[0]).toEqual(looks[1])
}

async function lookOf(page: Page, role: 'button' | 'link', name: string) {
  return page.getByRole(role, { name, exact: true }).evaluate((element) => {
    const { width, height } = element.getBoundingClientRect()
    const { backgroundColor, color, fontSize, fontWeight, boxShadow } = getComputedStyle(element)
    return {
      width: Math.round(width),
      height: Math.round(height),
      backgroundColor,
      color,
      fontSize,
      fontWeight,
      boxShadow,
    }
  })
}

describe('J1 C1 leaving', () => {
  test('is one tap from the first page, looks like borrowing, and takes no more taps than opening and borrowing', async () => {
    const leaver = await world.withLine()
    const { page, context } = await openPage(browser, world.url)
    let taps = 0
    const tap = async (role: 'link' | 'button', name: string) => {
      taps += 1
      await page.getByRole('main').getByRole(role, { name, exact: true }).click()
    }
    await signIn(page, leaver.phone)
    await page.getByRole('link', { name: zh.home.leave }).waitFor()
    expect(await lookOf(page, 'link', zh.home.leave)).toEqual(await lookOf(page, 'link', zh.home.borrow))
    await tap('link', zh.home.leave)
    await page.getByText(zh.check.ready).first().waitFor()
    expect(taps).toBeLessThanOrEqual(2)
    await tap('button', zh.check.start)
    // Typing is no tap; the sandbox's message stands for it.
    await page.getByRole('button', { name: zh.sandbox.useCode }).click()
    await tap('button', zh.identity.verify)
    await tap('button', zh.confirm.confirm)
    await page.getByText(zh.receipt.done).first().waitFor()
    const toLeave = taps

    const joiner = await world.invited()
    await page.goto(world.url)
    await page.getByRole('button', { name: zh.page.signOut }).click()
    await signIn(page, joiner.phone)
    taps = 0
    await tap('button', zh.home.accept)
    await tap('link', zh.home.borrow)
    await tap('button', zh.card.bindDemo)
    await page.getByLabel(zh.borrow.amount).fill('1000')
    await tap('button', zh.borrow.submit)
    await page.getByText(zh.payment.states.drawdowns.requested).first().waitFor()
    expect(toLeave).toBeLessThanOrEqual(taps)
    await context.close()
  })

  test('can be done with the keyboard alone, and each step takes the focus to its heading', async () => {
    const person = await world.withLine()
    await person.sign()
    const { page, context } = await openPage(browser, world.url)
    await signIn(page, person.phone)
    await page.getByRole('link', { name: zh.home.leave }).waitFor()
    const reach = async (name: string) => {
      for (let steps = 0; steps < 40; steps += 1) {
        await page.keyboard.press('Tab')
        const focused = await page.evaluate(() => document.activeElement?.textContent ?? '')
        if (focused === name) return
      }
      throw new Error(`the keyboard does not reach ${name}`)
    }
    const focusIsAt = (text: string) =>
      expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe(text)

    await reach(zh.home.leave)
    await page.keyboard.press('Enter')
    await focusIsAt(zh.check.title)
    await page.getByText(zh.check.ready).first().waitFor()
    await reach(zh.check.start)
    await page.keyboard.press('Enter')
    await focusIsAt(zh.identity.title)
    await page.getByRole('button', { name: zh.sandbox.useCode }).waitFor()
    await reach(zh.sandbox.useCode)
    await page.keyboard.press('Enter')
    await reach(zh.identity.verify)
    await page.keyboard.press('Enter')
    await focusIsAt(zh.confirm.title)
    await reach(zh.confirm.confirm)
    await page.keyboard.press('Enter')
    await focusIsAt(zh.receipt.title)
    await page.getByText(zh.receipt.done).first().waitFor()
    await page
      .getByRole('region', { name: zh.receipt.obligations })
      .getByText(zh.obligations['autodebit.revoke'])
      .waitFor()
    await context.close()
  })
})
