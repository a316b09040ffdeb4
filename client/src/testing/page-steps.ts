import type { Page } from 'playwright-core'

/** Goes through the booth of the pond's election as a voter does, and gives back the tracker of the receipt. */
export async function castInBooth(page: Page, { votingCode, keeper, council }: { votingCode: string, keeper: string, council: readonly string[] }): Promise<string> {
  await signIn(page, votingCode)
  await page.getByRole('radio', { name: keeper }).check()
  await page.getByRole('button', { name: 'Next' }).click()
  for (const name of council) await page.getByRole('checkbox', { name }).check()
  await page.getByRole('button', { name: 'Review' }).click()
  await page.getByRole('button', { name: 'Cast the ballot' }).click()
  return page.getByTestId('tracker').innerText()
}

export async function signIn(page: Page, votingCode: string): Promise<void> {
  await page.getByLabel('Voting code').fill(votingCode).catch(async (cause: unknown) => {
    throw new Error(`There is no voting code to fill in; the page says: ${await page.locator('body').innerText()}`, { cause })
  })
  await page.getByRole('button', { name: 'Sign in' }).click()
}

/** Waits until the dashboard shows this many ballots cast. */
export async function seesBallots(page: Page, ballots: number): Promise<void> {
  await page.locator(`[data-testid="ballots-cast"][data-value="${ballots}"]`).waitFor({ timeout: 30_000 })
}

export async function seesBadge(page: Page, state: string): Promise<void> {
  await page.locator(`[data-testid="live-badge"][data-state="${state}"]`).waitFor({ timeout: 60_000 }).catch(async (cause: unknown) => {
    throw new Error(`The badge never said ${state}; it says: ${await page.getByTestId('live-badge').innerText()}`, { cause })
  })
}

/** Scrolls through the dashboard: panels ask for their numbers only when they come into sight. */
export async function seesEveryPanel(page: Page): Promise<void> {
  for (const title of ['Trend', 'Votes by hour', 'Turnout by unit', 'Top polling stations', 'Votes by place', 'Ballots by voter group']) {
    const panel = page.getByRole('region', { name: title, exact: true })
    await panel.scrollIntoViewIfNeeded()
    // Numbers have come when the place that was kept for them is gone.
    await panel.getByTestId('skeleton').first().waitFor({ state: 'detached' })
  }
}
