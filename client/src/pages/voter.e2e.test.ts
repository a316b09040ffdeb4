import { eventually } from '@livetally/local/test-network'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { castInBooth, seesBallots, signIn } from '../testing/page-steps.js'
import { openPondPages, type PondPages } from '../testing/pond-pages.js'

let pages: PondPages

beforeAll(async () => {
  pages = await openPondPages({ suite: 'voter', voters: 4 })
})

afterAll(() => pages?.[Symbol.asyncDispose]())

describe('a voter', () => {
  test('casts with the keyboard alone', async () => {
    const before = await pages.ballotsCast()
    const { page } = await pages.browser.open(`${pages.address}/e/pond/vote`)
    await page.getByLabel('Voting code').focus()
    await page.keyboard.type(pages.nextCode().toLowerCase().replaceAll('-', ''))
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
    await eventually(async () => await pages.ballotsCast() === before + 1, { what: 'the ballot to be published' })
    await page.context().close()
  })

  test('is counted once though the answer was lost and the ballot sent again', async () => {
    const before = await pages.ballotsCast()
    const { page } = await pages.browser.open(`${pages.address}/e/pond/vote`)
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
    await castInBooth(page, { votingCode: pages.nextCode(), keeper: 'Martha Mallard', council: ['Shoveler'] })
    expect(keys).toHaveLength(3)
    expect(new Set(keys).size).toBe(1)
    const { page: dashboard } = await pages.browser.open(`${pages.address}/e/pond`)
    await seesBallots(dashboard, before + 1)
    await Promise.all([page, dashboard].map((one) => one.context().close()))
  })

  test('hears in words that a code is unknown, and that a code has been used', async () => {
    const code = pages.nextCode()
    const { page } = await pages.browser.open(`${pages.address}/e/pond/vote`)
    await signIn(page, 'ZZZZ-ZZZZ-ZZZZ')
    await page.getByRole('alert').getByText('This code is not known').waitFor()
    await castInBooth(page, { votingCode: code, keeper: 'Tom Teal', council: [] })
    await page.getByRole('button', { name: 'Done' }).click()
    await signIn(page, code)
    await page.getByRole('heading', { name: 'A ballot has been cast with this code' }).waitFor()
    await page.context().close()
  })
})

/** The idempotency key of a request that casts a ballot; null for any other request. */
function keyOf(body: unknown): string | null {
  if (typeof body !== 'object' || body === null || !('variables' in body)) return null
  const { variables } = body
  if (typeof variables !== 'object' || variables === null || !('input' in variables)) return null
  const { input } = variables
  return typeof input === 'object' && input !== null && 'idempotencyKey' in input ? String(input.idempotencyKey) : null
}
