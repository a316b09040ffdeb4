import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bringBallots, takeBallotAway } from '../testing/counting-centre.js'
import { openPondElection } from '../testing/open-election.js'
import { seesBadge, seesBallots } from '../testing/page-steps.js'
import { openPondPages, type PondPages } from '../testing/pond-pages.js'

let pages: PondPages

beforeAll(async () => {
  pages = await openPondPages({ suite: 'officials', voters: 0 })
})

afterAll(() => pages?.[Symbol.asyncDispose]())

describe('what officials change', () => {
  const manager = () => ({ token: pages.network.tokens.manager })

  test('a candidate\'s new biography is there without loading the page again', async () => {
    const { page } = await pages.browser.open(`${pages.address}/e/pond`)
    await page.getByText('About the candidates').click()
    await page.getByTestId('about-options').getByText('nine years').waitFor()
    const { election: { definition, definitionVersion } } = await pages.network.graphql<{ election: { definition: object, definitionVersion: number } }>('query ($id: ID!) { election(id: $id) { definition definitionVersion } }', { id: pages.pond.id }, manager())
    const input = { electionId: pages.pond.id, expectedVersion: definitionVersion, definition: JSON.parse(JSON.stringify(definition).replace('nine years', 'ten years')) as object }
    await pages.network.graphql('mutation ($input: UpdateElectionInput!) { updateElection(input: $input) { ... on ElectionUpdated { election { id } } } }', { input }, manager())
    await page.getByTestId('about-options').getByText('ten years').waitFor()
    await page.context().close()
  })

  test('a correction makes the number fall, and is a line with place, counts, reason and name', async () => {
    const corrected = await openPondElection(pages.network, { slug: 'corrected-pond', voters: 0, change: { name: 'Corrected pond' } })
    await bringBallots(pages.network, corrected, [{ keeper: 'mallard' }, { keeper: 'mallard' }])
    const { page } = await pages.browser.open(`${pages.address}/e/corrected-pond`)
    await seesBallots(page, 2)
    await takeBallotAway(pages.network, corrected, 'A ballot was scanned twice.')
    await seesBallots(page, 1)
    await page.getByRole('link', { name: '1 correction' }).click()
    const lines = page.getByRole('region', { name: 'Corrections' })
    await lines.getByText('Retraction: North shore, Election day').waitFor()
    for (const words of ['A ballot was scanned twice.', 'Entered by Clara the clerk', 'Martha Mallard, Keeper of the pond']) await lines.getByText(words).waitFor()
    await page.context().close()
  })

  test('pausing, going on, closing and certifying show on a page that is open', async () => {
    const own = await openPondElection(pages.network, { slug: 'passing-pond', voters: 0, change: { name: 'Passing pond' } })
    await bringBallots(pages.network, own, [{ keeper: 'mallard' }])
    const { page, errors } = await pages.browser.open(`${pages.address}/e/passing-pond`)
    await seesBallots(page, 1)
    const change = (mutation: string) => pages.network.graphql(`mutation ($id: ID!) { ${mutation}(id: $id) { __typename } }`, { id: own.id }, manager())
    const invitation = page.getByRole('link', { name: 'Vote in this election' })
    await invitation.waitFor()
    await change('pauseElection')
    await page.getByTestId('phase').getByText('Voting paused').waitFor()
    expect(await invitation.count()).toBe(0)
    await change('resumeElection')
    await page.getByTestId('phase').getByText('Open').waitFor()
    await invitation.waitFor()
    await change('closeElection')
    await page.getByTestId('phase').getByText('Closed').waitFor()
    await seesBadge(page, 'complete')
    await page.getByTestId('leader').getByText('Most votes, all ballots counted').waitFor()
    await change('certifyElection')
    await page.getByTestId('phase').getByText('Certified').waitFor()
    await page.getByTestId('leader').getByText('Most votes, certified').waitFor()
    expect(errors).toEqual([])
    await page.context().close()
  })
})
