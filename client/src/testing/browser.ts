import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import chromium from '@sparticuz/chromium'
import { chromium as playwright, type Browser, type Page } from 'playwright-core'

const require = createRequire(import.meta.url)

export interface PageSettings {
  /** CSS pixels; the height follows: 800 for a telephone, 900 else. */
  width?: number
  theme?: 'light' | 'dark'
  isMotionReduced?: boolean
}

/** What axe found: the rule, what it says, and the first elements that break it. */
export interface Violation { id: string, help: string, nodes: string[] }

export interface TestBrowser extends AsyncDisposable {
  /** A page of its own context: nothing is shared with other pages. Script errors, and what the content security policy refused, are collected in `errors`. */
  open(url: string, settings?: PageSettings): Promise<{ page: Page, errors: string[] }>
}

/** Drawn by the processor alone: emulating a graphics card costs many times more. */
const BROWSER_ARGUMENTS = ['--no-sandbox', '--disable-setuid-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-zygote', '--hide-scrollbars', '--mute-audio']

/** Starts the browser that comes with the package `@sparticuz/chromium`; unpacking it takes about 2 s the first time. */
export async function launchBrowser(): Promise<TestBrowser> {
  const browser: Browser = await playwright.launch({
    executablePath: await chromium.executablePath(),
    args: BROWSER_ARGUMENTS,
    headless: true,
  })
  return {
    async open(url, { width = 1440, theme = 'light', isMotionReduced = true } = {}) {
      const context = await browser.newContext({
        viewport: { width, height: width < 640 ? 800 : 900 },
        colorScheme: theme,
        reducedMotion: isMotionReduced ? 'reduce' : 'no-preference',
        locale: 'en-GB',
      })
      const page = await context.newPage()
      const errors: string[] = []
      page.on('console', (message) => { if (/Content Security Policy/i.test(message.text())) errors.push(message.text()) })
      page.on('pageerror', (error) => errors.push(error.message))
      await page.goto(url)
      return { page, errors }
    },
    [Symbol.asyncDispose]: async () => { await browser.close() },
  }
}

/** Runs axe-core in the page, all rules up to WCAG 2.2 AA and the best practices. */
export async function findViolations(page: Page): Promise<Violation[]> {
  await page.evaluate(await readFile(require.resolve('axe-core/axe.min.js'), 'utf8'))
  return page.evaluate(async () => {
    interface Axe { run(context: Document, options: object): Promise<{ violations: { id: string, help: string, nodes: { html: string }[] }[] }> }
    const { axe } = globalThis as unknown as { axe: Axe }
    const { violations } = await axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    })
    return violations.map(({ id, help, nodes }) => ({ id, help, nodes: nodes.slice(0, 5).map((node) => node.html.slice(0, 200)) }))
  })
}

/** How far the page is wider than the window, CSS pixels: 0 where nothing scrolls sideways. */
export async function sidewaysOverflow(page: Page): Promise<number> {
  return page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth))
}
