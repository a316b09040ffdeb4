import { createTestNetwork, eventually, type TestNetwork } from '@livetally/local/test-network'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { castInBooth, seesBadge, seesBallots, seesEveryPanel, signIn } from '../testing/page-steps.js'
import { findViolations, launchBrowser, sidewaysOverflow, type TestBrowser } from '../testing/browser.js'
import { openPondElection, registerOnPond, type ElectionUnderTest } from '../testing/open-election.js'

let network: TestNetwork
let browser: TestBrowser
let pond: ElectionUnderTest
let address: string
let corrected: ElectionUnderTest

beforeAll(async () => {
  network = await createTestNetwork({ suite: 'pages' })
  browser = await launchBrowser()
  address = network.apis[0]?.url ?? ''
  pond = await openPondElection(network, { voters: 12 })
  await openPondElection(network, { slug: 'sealed-pond', voters: 0, change: { name: 'Sealed pond', resultsVisibility: 'AFTER_CLOSE' } })
  corrected = await openPondElection(network, { slug: 'corrected-pond', voters: 0, change: { name: 'Corrected pond' } })
  await bringBallots(corrected, 2)
})

afterAll(async () => {
  await browser?.[Symbol.asyncDispose]()
  await network?.[Symbol.asyncDispose]()
})

function nextCode(): string {
  const code = pond.votingCodes.shift()
  if (code === undefined) throw new Error('No voting code is left')
  return code
}

async function ballotsCast(): Promise<number> {
  const { election } = await network.graphql<{ election: { results: { ballotsCast: number } } }>('query ($id: ID!) { election(id: $id) { results { ballotsCast } } }', { id: pond.id })
  return election.results.ballotsCast
}

describe('a viewer', () => {
  test('sees the number rise when a voter casts a ballot on another page', async () => {
    const { page: dashboard, errors } = await browser.open(`${address}/e/pond`, { isMotionReduced: false })
    await seesBadge(dashboard, 'live')
    const before = await ballotsCast()
    await seesBallots(dashboard, before)

    const { page: booth } = await browser.open(`${address}/e/pond/vote`, { width: 360 })
    const tracker = await castInBooth(booth, { votingCode: nextCode(), keeper: 'Martha Mallard', council: ['Pintail', 'Wigeon'] })

    await seesBallots(dashboard, before + 1)
    await dashboard.getByTestId('leader').getByText('Martha Mallard').waitFor()
    const { page: receipt } = await browser.open(`${address}/receipt/${tracker}`)
    await receipt.locator('[data-testid="receipt-progress"][data-state="PUBLISHED"]').waitFor()
    expect(errors).toEqual([])
    await Promise.all([dashboard, booth, receipt].map((page) => page.context().close()))
  })

  test('is told that the connection is lost when the API stops, and sees the votes cast since when it is back', async () => {
    const { page, errors } = await browser.open(`${address}/e/pond`)
    await seesBadge(page, 'live')
    const before = await ballotsCast()
    await network.apis[0]?.kill()
    await seesBadge(page, 'reconnecting')
    await page.getByTestId('live-badge').getByText('Reconnecting').waitFor()
    await seesBallots(page, before)

    await network.apis[0]?.start()
    await seesBadge(page, 'live')
    const { page: booth } = await browser.open(`${address}/e/pond/vote`)
    await castInBooth(booth, { votingCode: nextCode(), keeper: 'Tom Teal', council: ['Gadwall'] })
    await seesBallots(page, before + 1)
    expect(errors).toEqual([])
    await Promise.all([page, booth].map((one) => one.context().close()))
  })

  test('sees turnout of groups where the roll names everybody, moving as voters register', async () => {
    const lake = await openPondElection(network, { slug: 'lake', voters: 6, change: { name: 'Lake council', reportingUnits: [
      { id: 'pond', name: 'The lake', kind: 'CITY' },
      ...['north', 'east', 'south'].map((id) => ({ id, name: `${id} bank`, kind: 'POLLING_PLACE', parent: 'pond' })),
    ] } })
    const { page: booth } = await browser.open(`${address}/e/lake/vote`)
    await castInBooth(booth, { votingCode: lake.votingCodes[0] ?? '', keeper: 'Tom Teal', council: [] })
    const { page, errors } = await browser.open(`${address}/e/lake?groups=age`)
    await seesBallots(page, 1)
    // It asks for its numbers when it comes into sight, and learns then that they are turnout.
    await page.getByRole('region', { name: 'Ballots by voter group' }).scrollIntoViewIfNeeded()
    const panel = page.getByRole('region', { name: 'Turnout by voter group' })
    await panel.getByText(/^[01] of 3$/).first().waitFor()
    await registerOnPond(network, lake.id, { from: 6, count: 4 })
    await panel.getByText(/^[01] of 5$/).first().waitFor({ timeout: 30_000 })
    expect(errors).toEqual([])
    await Promise.all([page, booth].map((one) => one.context().close()))
  })

  test('can hold the numbers and go on from there', async () => {
    const { page } = await browser.open(`${address}/e/pond`)
    await seesBadge(page, 'live')
    const before = await ballotsCast()
    await seesBallots(page, before)
    await page.getByRole('button', { name: 'Pause' }).click()
    await seesBadge(page, 'paused')
    const { page: booth } = await browser.open(`${address}/e/pond/vote`)
    await castInBooth(booth, { votingCode: nextCode(), keeper: 'Tom Teal', council: [] })
    await eventually(async () => await ballotsCast() === before + 1, { what: 'the ballot to be published' })
    await seesBallots(page, before)
    await page.getByRole('button', { name: 'Resume' }).click()
    await seesBallots(page, before + 1)
    await Promise.all([page, booth].map((one) => one.context().close()))
  })

  test('searches, sorts and pages the units on the server, and shares the view by its address', async () => {
    const { page } = await browser.open(`${address}/e/pond?sort=BALLOTS_DESC&unit=shore`)
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
    const { page, errors } = await browser.open(`${address}/e/pond?top=turnout`)
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

    const { page: shared } = await browser.open(page.url())
    await shared.getByRole('region', { name: 'Trend' }).getByText(/^votes between pauses of 1 min/).waitFor()
    expect(await shared.getByLabel('What the bars show').inputValue()).toBe('turnoutSoFar')
    expect(errors).toEqual([])
    await Promise.all([page, shared].map((one) => one.context().close()))
  })

  test('hears when results will be shown while they are under embargo', async () => {
    const { page } = await browser.open(`${address}/e/sealed-pond`)
    await page.getByText('Results are not shown yet').waitFor()
    await page.getByText('They will be shown here when voting has closed').waitFor()
    await page.context().close()
  })
})

describe('what officials change', () => {
  const manager = () => ({ token: network.tokens.manager })

  test('a candidate\'s new biography is there without loading the page again', async () => {
    const { page } = await browser.open(`${address}/e/pond`)
    await page.getByText('About the candidates').click()
    await page.getByTestId('about-options').getByText('nine years').waitFor()
    const { election: { definition, definitionVersion } } = await network.graphql<{ election: { definition: object, definitionVersion: number } }>('query ($id: ID!) { election(id: $id) { definition definitionVersion } }', { id: pond.id }, manager())
    const input = { electionId: pond.id, expectedVersion: definitionVersion, definition: JSON.parse(JSON.stringify(definition).replace('nine years', 'ten years')) as object }
    await network.graphql('mutation ($input: UpdateElectionInput!) { updateElection(input: $input) { ... on ElectionUpdated { election { id } } } }', { input }, manager())
    await page.getByTestId('about-options').getByText('ten years').waitFor()
    await page.context().close()
  })

  test('a correction makes the number fall, and is a line with place, counts, reason and name', async () => {
    const { page } = await browser.open(`${address}/e/corrected-pond`)
    await seesBallots(page, 2)
    await correct(corrected, 'A ballot was scanned twice.')
    await seesBallots(page, 1)
    await page.getByRole('link', { name: '1 correction' }).click()
    const lines = page.getByRole('region', { name: 'Corrections' })
    await lines.getByText('Retraction: North shore, Election day').waitFor()
    for (const words of ['A ballot was scanned twice.', 'Entered by Clara the clerk', 'Martha Mallard, Keeper of the pond']) await lines.getByText(words).waitFor()
    await page.context().close()
  })
})

describe('a voter', () => {
  test('casts with the keyboard alone', async () => {
    const before = await ballotsCast()
    const { page } = await browser.open(`${address}/e/pond/vote`)
    await page.getByLabel('Voting code').focus()
    await page.keyboard.type(nextCode().toLowerCase().replaceAll('-', ''))
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Keeper of the pond' }).waitFor()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Space')
    expect(await page.getByRole('radio', { name: 'Martha Mallard' }).isChecked()).toBe(true)
    await page.keyboard.press('ArrowDown')
    expect(await page.getByRole('radio', { name: 'Tom Teal' }).isChecked()).toBe(true)
    await page.getByRole('button', { name: 'Next' }).press('Enter')
    await page.getByRole('button', { name: 'Review' }).press('Enter')
    await page.getByRole('button', { name: 'Cast the ballot' }).press('Enter')
    await page.getByTestId('tracker').waitFor()
    await eventually(async () => await ballotsCast() === before + 1, { what: 'the ballot to be published' })
    await page.context().close()
  })

  test('is counted once though the answer was lost and the ballot sent again', async () => {
    const before = await ballotsCast()
    const { page } = await browser.open(`${address}/e/pond/vote`)
    const keys: string[] = []
    await page.route('**/graphql', async (route) => {
      const body: unknown = route.request().postDataJSON()
      const key = keyOf(body)
      if (key === null) return route.continue()
      keys.push(key)
      // The first two arrive and are accepted; their answers never reach the voter.
      if (keys.length > 2) return route.continue()
      await route.fetch()
      await route.abort('connectionreset')
    })
    await castInBooth(page, { votingCode: nextCode(), keeper: 'Martha Mallard', council: ['Shoveler'] })
    expect(keys).toHaveLength(3)
    expect(new Set(keys).size).toBe(1)
    const { page: dashboard } = await browser.open(`${address}/e/pond`)
    await seesBallots(dashboard, before + 1)
    await Promise.all([page, dashboard].map((one) => one.context().close()))
  })

  test('hears in words that a code is unknown, and that a code has been used', async () => {
    const code = nextCode()
    const { page } = await browser.open(`${address}/e/pond/vote`)
    await signIn(page, 'ZZZZ-ZZZZ-ZZZZ')
    await page.getByRole('alert').getByText('This code is not known').waitFor()
    await castInBooth(page, { votingCode: code, keeper: 'Tom Teal', council: [] })
    await page.getByRole('button', { name: 'Done' }).click()
    await signIn(page, code)
    await page.getByRole('heading', { name: 'A ballot has been cast with this code' }).waitFor()
    await page.context().close()
  })
})

describe('every page', () => {
  const pages = [
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

  test.each(pages)('%s has no accessibility violation at any width in any theme, and never scrolls sideways', async (_name, path, words) => {
    for (const { width, theme } of looks) {
      const { page, errors } = await browser.open(`${address}${path}`, { width, theme })
      await page.getByText(words).first().waitFor()
      if (path.startsWith('/e/pond?') || path === '/e/pond' || path === '/e/corrected-pond') await seesEveryPanel(page)
      expect({ width, theme, violations: await findViolations(page), overflow: await sidewaysOverflow(page), errors })
        .toEqual({ width, theme, violations: [], overflow: 0, errors: [] })
      await page.context().close()
    }
  })

  test('of the booth, one after the other, has no accessibility violation', async () => {
    for (const theme of ['light', 'dark'] as const) {
      const { page } = await browser.open(`${address}/e/pond/vote`, { width: 360, theme })
      const check = async (step: string) => expect({ step, theme, violations: await findViolations(page), overflow: await sidewaysOverflow(page) }).toEqual({ step, theme, violations: [], overflow: 0 })
      await signIn(page, nextCode())
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
    const { page } = await browser.open(`${address}/e/pond`)
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

/** Ballots for Martha Mallard alone, from the north shore. */
async function bringBallots({ id }: ElectionUnderTest, count: number): Promise<void> {
  const ballots = Array.from({ length: count }, (_, at) => ({
    idempotencyKey: `ballot-${at}`, sourceBallotNumber: `${at}`, reportingUnitId: `${id}/u/north`, channel: 'ELECTION_DAY',
    selections: [{ contestId: `${id}/c/keeper`, optionIds: [`${id}/o/keeper/mallard`] }],
  }))
  await network.graphql('mutation ($input: CastVotesInput!) { castVotes(input: $input) { __typename } }', { input: { electionId: id, ballots } }, { token: network.tokens.ingest })
}

/** Takes one of the two ballots for Martha Mallard away. */
async function correct({ id }: ElectionUnderTest, reason: string): Promise<void> {
  const changes = [
    { count: 'BALLOTS', old: 2, new: 1 },
    { count: 'BALLOTS', contestId: `${id}/c/keeper`, old: 2, new: 1 }, { count: 'VOTES', contestId: `${id}/c/keeper`, optionId: `${id}/o/keeper/mallard`, old: 2, new: 1 },
    { count: 'BALLOTS', contestId: `${id}/c/council`, old: 2, new: 1 }, { count: 'UNDERVOTES', contestId: `${id}/c/council`, old: 4, new: 2 },
  ]
  const token = await network.issueToken({ role: 'CLERK', subject: 'Clara the clerk' })
  const { correctResults } = await network.graphql<{ correctResults: { __typename: string } }>(
    'mutation ($input: CorrectResultsInput!) { correctResults(input: $input) { __typename } }',
    { input: { electionId: id, idempotencyKey: 'twice', type: 'RETRACTION', reportingUnitId: `${id}/u/north`, channel: 'ELECTION_DAY', changes, reason } }, { token })
  expect(correctResults.__typename).toBe('ResultsCorrected')
}

/** The idempotency key of a request that casts a ballot; null for any other request. */
function keyOf(body: unknown): string | null {
  if (typeof body !== 'object' || body === null || !('variables' in body)) return null
  const { variables } = body
  if (typeof variables !== 'object' || variables === null || !('input' in variables)) return null
  const { input } = variables
  return typeof input === 'object' && input !== null && 'idempotencyKey' in input ? String(input.idempotencyKey) : null
}
