import { describe, expect, test, vi } from 'vitest'
import { readEnvironment } from './environment.js'

const NEEDED = { DATABASE_URL: 'postgres://x', INGEST_DATABASE_URL: 'postgres://y', KAFKA_BROKERS: '127.0.0.1:9092' }

/** What is said of these settings before the process ends; empty where they are taken. */
function problemsOf(settings: Record<string, string>): string[] {
  const said: string[] = []
  const write = vi.spyOn(console, 'error').mockImplementation((line) => { said.push(String(line)) })
  const exit = vi.spyOn(process, 'exit').mockImplementation(() => { throw new Error('the process has ended') })
  try {
    readEnvironment({ ...NEEDED, ...settings })
    expect(exit).not.toHaveBeenCalled()
  } catch {
    expect(exit).toHaveBeenCalledWith(1)
  } finally {
    write.mockRestore()
    exit.mockRestore()
  }
  return said
}

describe('the settings of a worker', () => {
  test.each([
    ['RELAY_LEASE_MS', 500, 60_000],
    ['KAFKA_SESSION_TIMEOUT_MS', 500, 60_000],
    ['PANES_KEPT_DAYS', 1, 36_500],
    ['MINUTE_PANES_KEPT_DAYS', 1, 36_500],
    ['REVISIONS_KEPT_HOURS', 1, 876_000],
    ['WORKER_PORT', 0, 65_535],
  ])('have a %s of %i to %i: less or more is refused at the start, by its name', (setting, least, most) => {
    for (const taken of [least, most]) expect(problemsOf({ [setting]: String(taken) })).toEqual([])
    for (const refused of [least - 1, most + 1, least + 0.5]) expect(problemsOf({ [setting]: String(refused) })).toEqual([expect.stringMatching(`^${setting}: `)])
  })

  test('that are wrong are all named at once', () => {
    expect(problemsOf({ DATABASE_URL: '', ROLES: 'relay,teller', RELAY_LEASE_MS: 'soon' }).map((line) => line.split(/[.:]/)[0])).toEqual(['DATABASE_URL', 'ROLES', 'RELAY_LEASE_MS'])
  })
})
