import { eventually } from '@livetally/local/test-network'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bringBallots } from '../testing/counting-centre.js'
import { openPondElection, registerOnPond } from '../testing/open-election.js'
import { castInBooth, seesBadge, seesBallots } from '../testing/page-steps.js'
import { openPondPages, type PondPages } from '../testing/pond-pages.js'

let pages: PondPages

beforeAll(async () => {
  pages = await openPondPages({ suite: 'viewer', voters: 4 })
})

afterAll(() => pages?.[Symbol.asyncDispose]())

describe('a viewer', () => {
  test('sees the number rise when a voter casts a ballot on another page', async () => {
    const { page: dashboard, errors } = await pages.browser.open(`${pages.address}/e/pond`, { isMotionReduced: false })
    await seesBadge(dashboard, 'live')
    const before = await pages.ballotsCast()
    await seesBallots(dashboard, before)

    const { page: booth } = await pages.browser.open(`${pages.address}/e/pond/vote`, { width: 360 })
    const tracker = await castInBooth(booth, { votingCode: pages.nextCode(), keeper: 'Martha Mallard', council: ['Pintail', 'Wigeon'] })

    await seesBallots(dashboard, before + 1)
    await dashboard.getByTestId('leader').getByText('Martha Mallard').waitFor()
    const { page: receipt } = await pages.browser.open(`${pages.address}/receipt/${tracker}`)
    await receipt.locator('[data-testid="receipt-progress"][data-state="PUBLISHED"]').waitFor()
    expect(errors).toEqual([])
    await Promise.all([dashboard, booth, receipt].map((page) => page.context().close()))
  })

  test('is told that the connection is lost when the API stops, and sees the votes cast since when it is back', async () => {
    const { page, errors } = await pages.browser.open(`${pages.address}/e/pond`)
    await seesBadge(page, 'live')
    const before = await pages.ballotsCast()
    await pages.network.apis[0]?.kill()
    await seesBadge(page, 'reconnecting')
    await page.getByTestId('live-badge').getByText('Reconnecting').waitFor()
    await seesBallots(page, before)

    await pages.network.apis[0]?.start()
    await seesBadge(page, 'live')
    const { page: booth } = await pages.browser.open(`${pages.address}/e/pond/vote`)
    await castInBooth(booth, { votingCode: pages.nextCode(), keeper: 'Tom Teal', council: ['Gadwall'] })
    await seesBallots(page, before + 1)
    expect(errors).toEqual([])
    await Promise.all([page, booth].map((one) => one.context().close()))
  })

  test('sees turnout of groups where the roll names everybody, moving as voters register', async () => {
    const lake = await openPondElection(pages.network, { slug: 'lake', voters: 6, change: { name: 'Lake council', reportingUnits: [
      { id: 'pond', name: 'The lake', kind: 'CITY' },
      ...['north', 'east', 'south'].map((id) => ({ id, name: `${id} bank`, kind: 'POLLING_PLACE', parent: 'pond' })),
    ] } })
    const { page: booth } = await pages.browser.open(`${pages.address}/e/lake/vote`)
    await castInBooth(booth, { votingCode: lake.votingCodes[0] ?? '', keeper: 'Tom Teal', council: [] })
    const { page, errors } = await pages.browser.open(`${pages.address}/e/lake?groups=age`)
    await seesBallots(page, 1)
    // It asks for its numbers when it comes into sight, and learns then that they are turnout.
    await page.getByRole('region', { name: 'Ballots by voter group' }).scrollIntoViewIfNeeded()
    const panel = page.getByRole('region', { name: 'Turnout by voter group' })
    await panel.getByText(/^[01] of 3$/).first().waitFor()
    await registerOnPond(pages.network, lake.id, { from: 6, count: 4 })
    await panel.getByText(/^[01] of 5$/).first().waitFor({ timeout: 30_000 })
    expect(errors).toEqual([])
    await Promise.all([page, booth].map((one) => one.context().close()))
  })

  test('can hold the numbers and go on from there', async () => {
    const { page } = await pages.browser.open(`${pages.address}/e/pond`)
    await seesBadge(page, 'live')
    const before = await pages.ballotsCast()
    await seesBallots(page, before)
    await page.getByRole('button', { name: 'Pause' }).click()
    await seesBadge(page, 'paused')
    const { page: booth } = await pages.browser.open(`${pages.address}/e/pond/vote`)
    await castInBooth(booth, { votingCode: pages.nextCode(), keeper: 'Tom Teal', council: [] })
    await eventually(async () => await pages.ballotsCast() === before + 1, { what: 'the ballot to be published' })
    await seesBallots(page, before)
    await page.getByRole('button', { name: 'Resume' }).click()
    await seesBallots(page, before + 1)
    await Promise.all([page, booth].map((one) => one.context().close()))
  })

  test('searches, sorts and pages the units on the server, and shares the view by its address', async () => {
    const { page } = await pages.browser.open(`${pages.address}/e/pond?sort=BALLOTS_DESC&unit=shore`)
    const table = page.getByRole('table', { name: 'Turnout by unit' })
    await table.scrollIntoViewIfNeeded()
    await table.getByRole('rowheader').nth(2).waitFor()
    expect(await table.getByRole('columnheader', { name: 'Ballots' }).getAttribute('aria-sort')).toBe('descending')
    await page.getByRole('searchbox', { name: 'Search units' }).fill('south')
    await page.getByText('1 to 1 of 1').waitFor()
    expect(await table.getByRole('rowheader').allInnerTexts()).toEqual([expect.stringContaining('South shore')])
    await page.waitForURL(/unit=south/)
    await page.context().close()
  })

  test('cuts the time of voting as they like, reads it as a table, and shares the view by its address', async () => {
    const { page, errors } = await pages.browser.open(`${pages.address}/e/pond?top=turnout`)
    const trend = page.getByRole('region', { name: 'Trend' })
    for (const [kind, words] of [['Per window', /^votes per/], ['Moving sum', /^votes in the/], ['Sessions', /^votes between pauses of/]] as const) {
      await trend.getByLabel('What the lines show').selectOption({ label: kind })
      await trend.getByText(words).waitFor()
    }
    await trend.getByLabel('Pause that ends a session').selectOption({ label: '1 min' })
    await page.waitForURL(/(?=.*trend=session)(?=.*window=60)/)
    await trend.getByRole('button', { name: 'Table' }).or(trend.getByRole('radio', { name: 'Table' })).click()
    await trend.getByRole('table', { name: 'Keeper of the pond: votes between pauses of 1 min' }).getByRole('row').nth(1).waitFor()

    const hours = page.getByRole('region', { name: 'Votes by hour' })
    await hours.getByLabel('What the bars show').selectOption({ label: 'Turnout so far' })
    await page.waitForURL(/hours=turnoutSoFar/)
    const stations = page.getByRole('region', { name: 'Top polling stations' })
    await stations.scrollIntoViewIfNeeded()
    await stations.getByText('Ballots cast for each registered voter').waitFor()

    const { page: shared } = await pages.browser.open(page.url())
    await shared.getByRole('region', { name: 'Trend' }).getByText(/^votes between pauses of 1 min/).waitFor()
    expect(await shared.getByLabel('What the bars show').inputValue()).toBe('turnoutSoFar')
    expect(errors).toEqual([])
    await Promise.all([page, shared].map((one) => one.context().close()))
  })

  test('is told how many ballots came too late for the windows of time', async () => {
    const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString()
    const late = await openPondElection(pages.network, { slug: 'late-pond', voters: 0, change: { name: 'Late pond', opensAt: hoursAgo(3), time: { source: 'IMPORTED', disorderMs: 60_000, graceMs: 60_000 } } })
    await bringBallots(pages.network, late, [{ keeper: 'mallard', castAt: hoursAgo(2) }])
    await bringBallots(pages.network, late, [{ keeper: 'teal', castAt: hoursAgo(1) }])
    await bringBallots(pages.network, late, [{ keeper: 'mallard', castAt: hoursAgo(2) }])
    const { page } = await pages.browser.open(`${pages.address}/e/late-pond?trend=tumbling`)
    await seesBallots(page, 3)
    await page.getByRole('region', { name: 'Trend' }).getByText('1 ballot came too late for its window').waitFor()
    await page.context().close()
  })

  test('finds the way to a receipt on a telephone', async () => {
    const { page } = await pages.browser.open(`${pages.address}/`, { width: 360 })
    await page.getByRole('navigation', { name: 'Site' }).getByRole('link', { name: 'Look up a receipt' }).click()
    await page.getByRole('heading', { name: 'Look up a receipt' }).waitFor()
    await page.context().close()
  })

  test('hears when results will be shown while they are under embargo', async () => {
    await openPondElection(pages.network, { slug: 'sealed-pond', voters: 0, change: { name: 'Sealed pond', resultsVisibility: 'AFTER_CLOSE' } })
    const { page } = await pages.browser.open(`${pages.address}/e/sealed-pond`)
    await page.getByText('Results are not shown yet').waitFor()
    await page.getByText('They will be shown here when voting has closed').waitFor()
    await page.context().close()
  })
})
