import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { token } from '../fixtures/ask.ts'
import { browserAt, chromiumPath } from '../fixtures/chromium.ts'
import { scene } from '../fixtures/scene.ts'
import type { Scene } from '../fixtures/scene.ts'
import type { OpsOptions } from '../index.ts'
import { streamOf } from './fixtures/stream.ts'

const program = await chromiumPath()
const missing = program === undefined ? ' (skipped: no chromium on the PATH, and no root on Debian to install it)' : ''

/** Names that would do something if they ever were more than text. */
const hostile = [
  '<img src=x onerror="document.title=\'hit\'">',
  '"><script>document.title="hit"</script>',
  '__proto__',
  'constructor',
  '\u202Edesrever',
  'x'.repeat(500),
  "'; alert(1); //",
  '{{7*7}}${7*7}',
]

interface Opened {
  readonly page: Page
  readonly scene: Scene
  /** What the browser complained of. */
  readonly complaints: readonly string[]
}

describe.skipIf(program === undefined)(`the dashboard in Chromium${missing}`, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await browserAt(program!)
  }, 60_000)
  afterAll(() => browser.close())

  const opened = async (
    options: OpsOptions = {},
    context: BrowserContextOptions = {},
    more: readonly string[] = [],
  ): Promise<Opened> => {
    const played = await scene({ checks: { database: () => {} }, ...options }, more)
    onTestFinished(() => played.close())
    await played.play(130)
    const { url } = await played.seen.start()
    const window = await browser.newContext({ viewport: { width: 1400, height: 900 }, ...context })
    onTestFinished(() => window.close())
    const page = await window.newPage()
    const complaints: string[] = []
    page.on('console', (message) => complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    await page.goto(new URL('/dashboard', url).href)
    await page.waitForSelector('#tools tbody tr')
    return { page, scene: played, complaints }
  }

  const texts = (page: Page, selector: string): Promise<string[]> => page.locator(selector).allTextContents()

  it('shows every panel alive, without a complaint of the browser', async () => {
    const { page, scene, complaints } = await opened({ dashboard: { targets: { p95Ms: 1 } } })
    expect(await page.title()).toBe('(1) atlas')
    expect(await texts(page, '.tile strong')).toHaveLength(6)
    expect(await page.locator('.tile strong').first().textContent()).toMatch(/^\d+(\.\d+)? \/s$/)
    expect(await page.locator('.alert').first().textContent()).toMatch(
      /^95 of 100 calls take up to .* ms; the target is 1\.0 ms\./,
    )
    expect(await page.locator('.tile.is-breached').count()).toBe(1)
    expect(await page.locator('.chart .line').count()).toBeGreaterThanOrEqual(10)
    const titles = await texts(page, '#panels section:not([hidden]) h2')
    expect(titles).toEqual([
      'Errors by kind',
      'Slow calls',
      'Breakers',
      'Queues',
      'Pools',
      'Health',
      'Cache',
      'Rate limits',
      'Process',
    ])
    expect(await page.locator('#panels .rows > li').count()).toBeGreaterThan(10)
    const before = await page.locator('.chart .line.p99').getAttribute('d')
    await scene.play(6)
    await expect.poll(() => page.locator('.chart .line.p99').getAttribute('d')).not.toBe(before)
    expect(complaints).toEqual([])
  })

  it('shows names of tools as text, whatever they are', async () => {
    const { page, complaints } = await opened({ dashboard: { name: '<b>bold</b>' } }, {}, hostile)
    expect(await page.locator('h1').textContent()).toBe('<b>bold</b>')
    const names = await texts(page, '#tools tbody th')
    for (const name of hostile.filter((one) => one.length < 100)) expect(names).toContain(name)
    expect(names.find((name) => name.startsWith('xxx'))?.length).toBeLessThanOrEqual(128)
    expect(await page.locator('main img, main script, #tools b').count()).toBe(0)
    expect(await page.title()).toContain('<b>bold</b>')
    expect(complaints).toEqual([])
  })

  it('shows the last slow calls, and where their time went', async () => {
    const { page, scene } = await opened({ slowCalls: { aboveMs: 60, keep: 12 } })
    const rows = page.locator('.panel', { hasText: 'Slow calls' }).locator('.rows > li')
    await scene.play(3)
    await expect.poll(() => rows.count()).toBe(10)
    const text = await rows.first().textContent()
    expect(text).toMatch(
      /^\d+(\.\d)? ms\w+.*(ok|toolError|failed) · \d+ s ago · (alone|beside \d+ others) · .*\d+ % handler/,
    )
    expect(await rows.first().getByRole('button').count()).toBe(0)
  })

  it('sorts by what is pressed, remembers it, and filters', async () => {
    const { page } = await opened()
    const names = () => texts(page, '#tools tbody th')
    expect((await names())[0]).toBe('city_details')
    await page.getByRole('button', { name: 'p95', exact: true }).click()
    expect((await names())[0]).toBe('weather')
    expect(await page.locator('th[data-column="p95"]').getAttribute('aria-sort')).toBe('descending')
    await page.getByRole('button', { name: 'Operation' }).click()
    expect(await names()).toEqual((await names()).toSorted())
    await page.reload()
    await page.waitForSelector('#tools tbody tr')
    expect(await page.locator('th[data-column="operation"]').getAttribute('aria-sort')).toBe('ascending')
    await page.keyboard.press('/')
    await page.keyboard.type('CITIES')
    expect(await names()).toEqual(['nearest_cities', 'search_cities'])
    await page.keyboard.type('?')
    expect(await page.locator('#tools-note').textContent()).toBe('No operation has this in its name.')
  })

  it('can be used by keyboard alone: it pauses, changes its colours, and steps through time', async () => {
    const { page, scene } = await opened({}, { colorScheme: 'light' })
    const ground = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor')
    expect(await ground()).toBe('rgb(243, 245, 247)')
    await page.keyboard.press('t')
    expect(await ground()).toBe('rgb(12, 16, 21)')
    await page.keyboard.press('p')
    expect(await page.locator('#live').textContent()).toBe('paused')
    const calls = await page.locator('.tile strong').first().textContent()
    await scene.play(20, true)
    expect(await page.locator('.tile strong').first().textContent()).toBe(calls)
    await page.keyboard.press('p')
    await expect.poll(() => page.locator('.tile strong').first().textContent()).not.toBe(calls)
    const chart = page.locator('.chart').first()
    await chart.focus()
    await page.keyboard.press('ArrowLeft')
    const time = await chart.locator('.time').textContent()
    expect(time).toMatch(/^\d\d:\d\d:\d\d$/)
    await page.keyboard.press('ArrowLeft')
    expect(await chart.locator('.time').textContent()).not.toBe(time)
    expect(await page.locator('.cross.is-shown').count()).toBe(6)
  })

  it('fits a telephone', async () => {
    const { page } = await opened({}, { viewport: { width: 360, height: 740 } })
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360)
    expect(await page.locator('.tile').first().isVisible()).toBe(true)
  })

  it('isolates and closes a breaker, at the second press, for who knows the token', async () => {
    const { page, scene } = await opened({ token }, { httpCredentials: { username: 'me', password: token } })
    const row = page.locator('.check', { hasText: 'weather' })
    await row.getByRole('button').click()
    expect(await row.getByRole('button').textContent()).toBe('Sure?')
    expect(scene.guard.state('tools/call weather')?.type).toBe('closed')
    await row.getByRole('button').click()
    await expect.poll(() => scene.guard.state('tools/call weather')?.type).toBe('isolated')
    await scene.play(3)
    await expect.poll(() => row.locator('.badge').textContent()).toBe('isolated')
    await row.getByRole('button', { name: 'Close' }).click()
    await expect.poll(() => scene.guard.state('tools/call weather')?.type).toBe('closed')
  })

  it('lets nobody switch anything without a token, and says why', async () => {
    const { page } = await opened()
    const button = page.locator('.check button').first()
    expect(await button.isDisabled()).toBe(true)
    expect(await button.getAttribute('title')).toContain('Give ops a token')
  })

  it('works in a browser that keeps nothing for pages', async () => {
    const { page, complaints } = await opened()
    await page.addInitScript(`Object.defineProperty(window, 'localStorage', { get() { throw new Error('blocked') } })`)
    await page.reload()
    await page.waitForSelector('#tools tbody tr')
    await page.keyboard.press('t')
    await page.getByRole('button', { name: 'p95', exact: true }).click()
    expect(await page.locator('th[data-column="p95"]').getAttribute('aria-sort')).toBe('descending')
    expect(complaints).toEqual([])
  })

  it('says that it was refused, and tries again until it is not', async () => {
    const { page, scene } = await opened()
    const { url } = await scene.seen.start()
    await page.goto('about:blank')
    const streams = await Promise.all(Array.from({ length: 100 }, () => streamOf(url)))
    await page.clock.install()
    await page.goto(new URL('/dashboard', url).href)
    await expect.poll(() => page.locator('#live').textContent()).toBe('no answer, trying again')
    for (const stream of streams) stream.leave()
    await page.clock.fastForward(5_000)
    await expect.poll(() => page.locator('#live').textContent()).toBe('live')
  })

  it('says when the server has gone', async () => {
    const { page, scene } = await opened()
    await expect.poll(() => page.locator('#live').textContent()).toBe('live')
    await scene.seen.close()
    await expect.poll(() => page.locator('#live').textContent()).toBe('no answer, trying again')
  })
})
