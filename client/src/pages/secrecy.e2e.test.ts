import { eventually } from '@livetally/local/test-network'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findViolations, sidewaysOverflow } from '../testing/browser.js'
import { bringBallots, type PaperBallot } from '../testing/counting-centre.js'
import { openPondElection, type ElectionUnderTest } from '../testing/open-election.js'
import { castInBooth, seesBallots } from '../testing/page-steps.js'
import { openPondPages, type PondPages } from '../testing/pond-pages.js'

let pages: PondPages
let lagoon: ElectionUnderTest

beforeAll(async () => {
  pages = await openPondPages({ suite: 'secrecy', voters: 0 })
  lagoon = await openPondElection(pages.network, { slug: 'lagoon', voters: 1, change: { name: 'Lagoon council', ballotSecrecy: 'SECRET' } })
})

afterAll(() => pages?.[Symbol.asyncDispose]())

/** Two of three for Martha Mallard. Every one leaves the council blank: such a group is shown once it has 30 ballots. */
const pile = (ballots: number): PaperBallot[] => Array.from({ length: ballots }, (_, at) => ({ keeper: at % 3 === 2 ? 'teal' : 'mallard' }))

async function says(page: Page, sentence: string): Promise<void> {
  await page.getByTestId('secrecy').getByText(sentence, { exact: true }).waitFor({ timeout: 30_000 }).catch(async (cause: unknown) => {
    throw new Error(`The page says: ${await page.getByTestId('secrecy').innerText()}`, { cause })
  })
}

/** The row of a place in the table of the contest, which asks for its numbers when it comes into sight. */
async function tellsOf(page: Page, place: string, words: string): Promise<void> {
  const table = page.getByRole('region', { name: 'Votes by place', exact: true })
  await table.scrollIntoViewIfNeeded()
  await table.getByRole('row', { name: place }).getByText(words, { exact: true }).waitFor({ timeout: 30_000 })
}

async function isInOrder(page: Page): Promise<void> {
  expect(await findViolations(page)).toEqual([])
  expect(await sidewaysOverflow(page)).toBe(0)
}

describe('the page of an election with secret ballots', () => {
  test('says before the first ballot how choices will be shown', async () => {
    const { page } = await pages.browser.open(`${pages.address}/e/lagoon`)
    await says(page, 'Choices will be shown in groups of at least 10 ballots, so that no ballot can be read off.')
    await page.getByTestId('leader').getByText('No votes yet').waitFor()
    await page.context().close()
  })

  test('counts turnout with every ballot, and says that choices follow instead of a tie at zero', async () => {
    const { page: dashboard, errors } = await pages.browser.open(`${pages.address}/e/lagoon`)
    const { page: booth } = await pages.browser.open(`${pages.address}/e/lagoon/vote`, { width: 360 })
    await says(booth, 'Choices will be shown in groups of at least 10 ballots, so that no ballot can be read off.')
    const tracker = await castInBooth(booth, { votingCode: lagoon.votingCodes[0] ?? '', keeper: 'Martha Mallard', council: [] })
    await seesBallots(dashboard, 1)
    await says(dashboard, 'Choices of 0 of 1 ballot: shown in groups of at least 10, so that no ballot can be read off.')
    await dashboard.getByTestId('leader').getByText('Choices follow').waitFor()
    expect(await dashboard.getByTestId('contest-bars').locator('[data-option]').first().getAttribute('data-votes')).toBe('')
    await tellsOf(dashboard, 'North shore', 'Not shown yet')
    expect(await dashboard.getByText('0 votes').count()).toBe(0)
    await isInOrder(dashboard)

    const { page: receipt } = await pages.browser.open(`${pages.address}/receipt/${tracker}`, { width: 360, theme: 'dark' })
    await receipt.locator('[data-testid="receipt-progress"][data-state="COUNTED"]').waitFor()
    await receipt.getByText('Choices are shown in groups of at least 10 ballots', { exact: false }).waitFor()
    expect(await receipt.getByText('revision', { exact: false }).count(), 'a revision that could be subtracted').toBe(0)
    await isInOrder(receipt)
    expect(errors).toEqual([])
    await Promise.all([dashboard, booth, receipt].map((one) => one.context().close()))
  })

  test('does not ask for choices by groups of voters before the close, and says when they come', async () => {
    const { page, errors } = await pages.browser.open(`${pages.address}/e/lagoon?groups=age&count=mallard`, { width: 360, theme: 'dark' })
    const asked: string[] = []
    page.on('request', (request) => { if (request.postData()?.includes('query Breakdown') === true) asked.push(request.url()) })
    const held = page.getByTestId('groups-held')
    await page.getByRole('region', { name: 'Votes by voter group' }).scrollIntoViewIfNeeded()
    await held.getByText('They are shown once voting has closed and all is counted.').waitFor()
    await isInOrder(page)
    expect([asked, errors]).toEqual([[], []])
    await page.context().close()
  })

  test('shows the choices of a group once the next one is full, and says of how many ballots they are', async () => {
    const { page } = await pages.browser.open(`${pages.address}/e/lagoon`)
    await bringBallots(pages.network, lagoon, pile(59))
    await seesBallots(page, 60)
    await says(page, 'Choices of 30 of 60 ballots: shown in groups of at least 10, so that no ballot can be read off.')
    await page.getByTestId('leader').getByText('Martha Mallard').waitFor()
    await page.getByText('30 votes on 30 ballots', { exact: false }).waitFor()
    await tellsOf(page, 'North shore', 'Martha Mallard')
    await page.getByText('Choices stand at the time when their group of ballots was shown.').waitFor()
    await isInOrder(page)
    await page.context().close()
  })

  test('whose ballots are open says so', async () => {
    const { page } = await pages.browser.open(`${pages.address}/e/pond`)
    await says(page, 'Ballots are open in this election: every vote is shown at once.')
    await bringBallots(pages.network, pages.pond, pile(1))
    await eventually(async () => await pages.ballotsCast() === 1, { what: 'the ballot to be published' })
    await page.getByTestId('leader').getByText('Martha Mallard').waitFor()
    await page.context().close()
  })
})
