import { eventually } from '@livetally/local/test-network'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findViolations, sidewaysOverflow } from '../testing/browser.js'
import { bringBallots, takeBallotAway } from '../testing/counting-centre.js'
import { openPondElection } from '../testing/open-election.js'
import { seesEveryPanel, signIn } from '../testing/page-steps.js'
import { openPondPages, type PondPages } from '../testing/pond-pages.js'

let pages: PondPages

beforeAll(async () => {
  pages = await openPondPages({ suite: 'every-page', voters: 2 })
  await openPondElection(pages.network, { slug: 'sealed-pond', voters: 0, change: { name: 'Sealed pond', resultsVisibility: 'AFTER_CLOSE' } })
  const corrected = await openPondElection(pages.network, { slug: 'corrected-pond', voters: 0, change: { name: 'Corrected pond' } })
  await bringBallots(pages.network, corrected, [{ keeper: 'mallard' }, { keeper: 'mallard' }])
  await bringBallots(pages.network, pages.pond, [{ keeper: 'mallard' }, { keeper: 'teal', shore: 'east' }, { keeper: 'mallard', shore: 'south' }])
  await eventually(async () => await pages.ballotsCast(corrected.id) === 2, { what: 'the two ballots to be published' })
  await takeBallotAway(pages.network, corrected, 'A ballot was scanned twice.')
})

afterAll(() => pages?.[Symbol.asyncDispose]())

describe('every page', () => {
  const views = [
    ['the election list', '/', 'Duck pond council'],
    ['the dashboard', '/e/pond', 'Ballots by voter group'],
    ['the dashboard with a correction', '/e/corrected-pond', 'Corrections'],
    ['a contest with several seats', '/e/pond?contest=council', 'Ballots by voter group'],
    ['sessions, turnout by hour and stations by turnout', '/e/pond?trend=session&hours=turnout&top=turnout', 'Ballots by voter group'],
    ['the embargo', '/e/sealed-pond', 'Results are not shown yet'],
    ['the booth', '/e/pond/vote', 'Sign in with your voting code'],
    ['the receipt form', '/receipt', 'Type the tracker'],
    ['an unknown receipt', '/receipt/nothing', 'There is no ballot with this tracker'],
    ['an unknown election', '/e/nothing', 'There is no such election'],
    ['an unknown page', '/nothing', 'There is no such page'],
  ] as const
  const looks = [360, 768, 1440].flatMap((width) => (['light', 'dark'] as const).map((theme) => ({ width, theme })))

  test.each(views)('%s has no accessibility violation at any width in any theme, and never scrolls sideways', async (_name, path, words) => {
    for (const { width, theme } of looks) {
      const { page, errors } = await pages.browser.open(`${pages.address}${path}`, { width, theme })
      await page.getByText(words).first().waitFor()
      if (path.startsWith('/e/pond?') || path === '/e/pond' || path === '/e/corrected-pond') await seesEveryPanel(page)
      expect({ width, theme, violations: await findViolations(page), overflow: await sidewaysOverflow(page), errors })
        .toEqual({ width, theme, violations: [], overflow: 0, errors: [] })
      await page.context().close()
    }
  })

  test('of the booth, one after the other, has no accessibility violation', async () => {
    for (const theme of ['light', 'dark'] as const) {
      const { page } = await pages.browser.open(`${pages.address}/e/pond/vote`, { width: 360, theme })
      const check = async (step: string) => expect({ step, theme, violations: await findViolations(page), overflow: await sidewaysOverflow(page) }).toEqual({ step, theme, violations: [], overflow: 0 })
      await signIn(page, pages.nextCode())
      await page.getByText('About Martha Mallard').click()
      await check('one of two')
      await page.getByRole('button', { name: 'Next' }).click()
      for (const name of ['Gadwall', 'Wigeon']) await page.getByRole('checkbox', { name }).check()
      await check('two of four')
      await page.getByRole('button', { name: 'Review' }).click()
      await check('review')
      await page.getByRole('button', { name: 'Cast the ballot' }).click()
      await page.getByTestId('tracker').waitFor()
      await check('receipt')
      await page.getByRole('link', { name: 'Follow your ballot' }).click()
      await page.locator('[data-testid="receipt-progress"][data-state="PUBLISHED"]').waitFor()
      await check('progress')
      await page.context().close()
    }
  })

  test('of results shows leader, bars, turnout and trend without scrolling at 1440 × 900', async () => {
    const { page } = await pages.browser.open(`${pages.address}/e/pond`)
    const bottoms = await Promise.all([
      page.getByTestId('leader').boundingBox(),
      page.getByTestId('contest-bars').boundingBox(),
      page.getByRole('region', { name: 'Key figures' }).boundingBox(),
      page.getByRole('region', { name: 'Trend' }).boundingBox(),
    ])
    for (const box of bottoms) expect((box?.y ?? Infinity) + (box?.height ?? 0)).toBeLessThanOrEqual(900)
    await page.context().close()
  })
})
