import { zh } from '@jieqing/texts/borrower/zh'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openBrowser, openPage, signIn, violations } from './testing/browser.ts'
import { openWorld, type Person, type World } from './testing/world.ts'

let world: World
let browser: Browser
let person: Person
let page: Page
let context: BrowserContext

beforeAll(async () => {
  ;[world, browser] = await Promise.all([openWorld(), openBrowser()])
  person = await world.withLine()
  ;({ page, context } = await openPage(browser, world.url))
  await signIn(page, person.phone)
  await page.getByRole('link', { name: zh.home.leave }).waitFor()
})
afterAll(async () => {
  await browser?.close()
  await world?.close()
})

const screens = [
  { path: '/', api: '/v1/me', shows: zh.home.available },
  { path: '/check', api: '/v1/me/line/closure-readiness', shows: zh.check.ready },
] as const

describe.each(screens)('C2 C9 the states of the screen $path', ({ path, api, shows }) => {
  const route = `**${api}`

  test('while it is loading it says so', async () => {
    let answer = () => {}
    const wait = new Promise<void>((resolve) => {
      answer = resolve
    })
    await page.route(route, async (call) => {
      await wait
      await call.continue()
    })
    await page.goto(world.url + path)
    await page.getByRole('main').getByRole('status').getByText(zh.page.loading).waitFor()
    expect(await violations(page)).toEqual([])
    answer()
    await page.getByText(shows).first().waitFor()
    await page.unroute(route)
  })

  test('a failed reading says what failed, and trying again brings it back', async () => {
    await page.route(route, (call) =>
      call.fulfill({ status: 503, contentType: 'application/problem+json', body: unavailable }),
    )
    await page.goto(world.url + path)
    await page.getByRole('alert').getByText(zh.problems.unavailable).waitFor()
    expect(await violations(page)).toEqual([])
    await page.unroute(route)
    await page.getByRole('button', { name: zh.page.retry }).click()
    await page.getByText(shows).first().waitFor()
    await expect.poll(() => page.getByRole('alert').count()).toBe(0)
  })

  test('without a network it says so, keeps what was read, and recovers', async () => {
    await page.goto(world.url + path)
    await page.getByText(shows).first().waitFor()
    await context.setOffline(true)
    await page.getByText(zh.trouble.offline).waitFor()
    expect(await page.getByText(shows).first().isVisible()).toBe(true)
    expect(await violations(page)).toEqual([])
    await context.setOffline(false)
    await expect.poll(() => page.getByText(zh.trouble.offline).count()).toBe(0)
  })

  test('an expired session asks to sign in again and comes back to the same screen', async () => {
    await page.goto(world.url + path)
    await page.getByText(shows).first().waitFor()
    await person.expire()
    await page.evaluate(() => window.dispatchEvent(new Event('visibilitychange')))
    await page.getByRole('alert').getByText(zh.signIn.expired).waitFor()
    expect(await violations(page)).toEqual([])
    await signIn(page, person.phone)
    await page.getByText(shows).first().waitFor()
    expect(new URL(page.url()).pathname).toBe(path)
  })
})

describe('A1 C2 a customer without a line', () => {
  test('sees why there is none, and that there is nothing to close', async () => {
    const invited = await world.invited()
    const other = await openPage(browser, world.url, { path: '/check' })
    await signIn(other.page, invited.phone)
    await other.page.getByText(zh.check.noLine, { exact: true }).waitFor()
    expect(await violations(other.page)).toEqual([])
    await world.pass(31 * 24 * 60)
    await other.page.goto(world.url)
    await other.page.getByText(zh.entry['invitation-expired']).waitFor()
    expect(await violations(other.page)).toEqual([])
    await other.context.close()
  })
})

describe('C5 an answer that got lost', () => {
  test('pressing the same button again has one effect', async () => {
    const borrower = await world.withLine()
    const other = await openPage(browser, world.url, { path: '/borrow' })
    await signIn(other.page, borrower.phone)
    await other.page.getByLabel(zh.borrow.amount).fill('3000')
    const sent: string[] = []
    await other.page.route('**/v1/me/drawdowns', async (call) => {
      sent.push(`${call.request().headers()['idempotency-key']} ${call.request().postData()}`)
      if (sent.length > 1) return call.continue()
      await call.fetch()
      return call.abort()
    })
    const button = other.page.getByRole('button', { name: zh.borrow.submit })
    await button.click()
    await other.page.getByRole('alert').getByText(zh.trouble.noAnswerToCommand).waitFor()
    await button.click()
    await other.page.getByText('¥3,000.00').first().waitFor()
    expect(sent).toHaveLength(2)
    expect(sent[1]).toBe(sent[0])
    await other.page.goto(world.url)
    await other.page.getByText('¥47,000.00').waitFor()
    await other.context.close()
  })

  test('A3 a refusal names every reason, and the next try is a new command', async () => {
    const borrower = await world.withLine()
    const other = await openPage(browser, world.url, { path: '/borrow' })
    await signIn(other.page, borrower.phone)
    const keys: (string | undefined)[] = []
    other.page.on('request', (request) => {
      if (request.method() === 'POST' && request.url().endsWith('/drawdowns'))
        keys.push(request.headers()['idempotency-key'])
    })
    const amount = other.page.getByLabel(zh.borrow.amount)
    const button = other.page.getByRole('button', { name: zh.borrow.submit })
    await amount.fill('50000.01')
    await button.click()
    const alert = other.page.getByRole('alert')
    await alert.getByText(zh.reasons['amount-over-available']).waitFor()
    expect(await alert.innerText()).toContain('¥50,000.00')
    await button.click()
    await expect.poll(() => keys.length).toBe(2)
    expect(keys[0]).not.toBe(keys[1])
    await amount.fill('much')
    await button.click()
    await other.page.getByText(zh.borrow.amountInvalid).waitFor()
    expect(keys).toHaveLength(2)
    await other.context.close()
  })
})

const unavailable = JSON.stringify({
  type: '/reference/problem-codes#unavailable',
  title: '',
  status: 503,
  code: 'unavailable',
  reasons: [],
  blockers: [],
})
