import type { Election } from '@livetally/core/election'
import { describe, expect, test } from 'vitest'
import { problemsOf, recounted, testForgeries, type Forgery } from './forgeries-under-test.js'
import { createForger, type Forger } from './forger-under-test.js'
import { printReport } from './print-report.js'
import { recount } from './recount.js'

const IMPORTED = { time: { source: 'IMPORTED', granularityMs: 1_000, disorderMs: 0, graceMs: 0 } } as const

const withBallots = async (forger: Forger, slug: string): Promise<Election> => {
  const election = await forger.election(slug)
  await forger.cast(election, ['ada', 'bo'])
  await forger.cast(election, ['cleo', 'dan', 'eve'], { selections: { baker: ['brioche'] } })
  await forger.cast(election, ['fay'], { unit: 'market' })
  return election
}
/** Everybody at the mill is on the roll, and so is somebody of the market hall who does not vote. */
const withRoll = async (forger: Forger, slug: string): Promise<Election> => {
  const election = await forger.election(slug)
  await forger.register(election, 'mill', ['ada', 'bo', 'cleo'])
  await forger.register(election, 'market', ['gus'])
  await forger.cast(election, ['ada', 'bo', 'cleo'])
  return election
}
const withCorrection = async (forger: Forger, slug: string): Promise<Election> => {
  const election = await withBallots(forger, slug)
  await forger.tamper(election, `
    SELECT * FROM append_correction($1, 0, gen_random_uuid(), '${JSON.stringify({ type: 'CORRECTION', unit: 'mill', channel: 'ONLINE', changes: [{ count: 'BALLOTS', old: 5, new: 6 }], reason: 'A bag of flour lay on one.', by: 'clerk' })}')`)
  return election
}
const withTick = async (forger: Forger, slug: string): Promise<Election> => {
  const election = await forger.election(slug, IMPORTED)
  const now = Math.floor(Date.now() / 1_000) * 1_000
  await forger.cast(election, ['ada'], {}, now - 20 * 60_000)
  await forger.cast(election, ['bo'], { unit: 'market' }, now - 10 * 60_000)
  await forger.tamper(election, `SELECT append_ticks($1, interval '0')`)
  return election
}

const FORGERIES: readonly Forgery[] = [
  {
    what: 'choices of a ballot were changed',
    prepare: withBallots,
    forge: async (forger, election) => forger.tamper(election, `UPDATE box_entry SET selections = '{"baker":["brioche"]}' WHERE election = $1 AND box = 0 AND seq = 0`),
    foundBy: ['commitments'], says: /box 0: entry 0 is not the ballot that was committed to/,
  },
  {
    what: 'the voter group of a ballot was changed',
    prepare: withBallots,
    forge: async (forger, election) => forger.tamper(election, `UPDATE box_entry SET attributes = '{"age":"old"}' WHERE election = $1 AND box = 0 AND seq = 1`),
    foundBy: ['commitments'], says: /entry 1 is not the ballot that was committed to/,
  },
  {
    what: 'a ballot was exchanged for one that was committed to under another key, and all digests were made again',
    prepare: withBallots,
    forge: async (forger, election) => {
      await forger.tamper(election, `UPDATE box_entry SET selections = '{"baker":["brioche"]}', commitment = sha256('a guess') WHERE election = $1 AND box = 0 AND seq = 0`)
      await forger.rebuild(election)
    },
    foundBy: ['commitments'], says: /entry 0 is not the ballot that was committed to/,
  },
  {
    what: 'a ballot and a participation were added by somebody without the key',
    prepare: withBallots,
    forge: async (forger, election) => {
      await forger.tamper(election, `INSERT INTO participation VALUES ($1, substring(sha256('ghost') FOR 16), substring(sha256('key') FOR 16), '')`)
      await forger.append(election, 0, { kind: '0', tracker: 'gen_random_uuid()', commitment: `sha256('ghost')`, unit: `'mill'`, channel: '0', attributes: `'{}'`, selections: `'{"baker":["brioche"]}'`, cast_at: 'last_cast_at' })
      await forger.rebuild(election)
    },
    foundBy: ['commitments'], says: /entry \d+ is not the ballot that was committed to/,
  },
  {
    what: 'somebody with the audit key voted who is not on the roll',
    prepare: withRoll,
    forge: async (forger, election) => {
      await forger.register(election, 'mill', ['zoe'])
      await forger.cast(election, ['ghost'])
    },
    foundBy: ['I1'], says: /1 participations belong to nobody on the roll/,
  },
  {
    what: 'the ballot of a voter was moved to another place by somebody with the audit key',
    prepare: withRoll,
    forge: async (forger, election) => forger.cast(election, ['gus']),
    foundBy: ['turnout'], says: /mill: 4 ballots of 3 voters on the roll/,
  },
  {
    what: 'a correction was changed',
    prepare: withCorrection,
    forge: async (forger, election) => forger.tamper(election, `UPDATE box_entry SET correction = replace(correction::text, '"new":6', '"new":9')::json WHERE election = $1 AND kind = 2`),
    foundBy: ['commitments'], says: /box 2: entry 0 is not the correction that was committed to/,
  },
  {
    what: 'the reason of a correction was changed',
    prepare: withCorrection,
    forge: async (forger, election) => forger.tamper(election, `UPDATE box_entry SET correction = replace(correction::text, 'A bag of flour', 'A bag of salt')::json WHERE election = $1 AND kind = 2`),
    foundBy: ['commitments'], says: /not the correction that was committed to/,
  },
  {
    what: 'the time of a tick was changed, and all digests were made again',
    prepare: withTick,
    forge: async (forger, election) => {
      await forger.tamper(election, `UPDATE box_entry SET cast_at = cast_at - interval '1 minute' WHERE election = $1 AND kind = 1`)
      await forger.rebuild(election)
    },
    foundBy: ['commitments'], says: /is not the tick that was committed to/,
  },
  {
    what: 'a ballot was dated back',
    prepare: withBallots,
    forge: async (forger, election) => {
      await forger.tamper(election, `UPDATE box_entry SET cast_at = cast_at - interval '10 seconds' WHERE election = $1 AND box = 0 AND seq = 4`)
      await forger.rebuild(election)
    },
    foundBy: ['times'], says: /box 0: entry 4 goes back in time by/,
  },
  {
    what: 'ballots were dated before the opening',
    prepare: withBallots,
    forge: async (forger, election) => {
      await forger.tamper(election, `UPDATE box_entry SET cast_at = cast_at - interval '2 hours' WHERE election = $1 AND box = 0`)
      await forger.rebuild(election)
    },
    foundBy: ['times'], says: /box 0: entry 0 was cast before the opening/,
  },
  {
    what: 'a ballot that brought its time was dated before the opening',
    prepare: withTick,
    forge: async (forger, election) => {
      await forger.tamper(election, `UPDATE box_entry SET cast_at = cast_at - interval '100 years' WHERE election = $1 AND box = 0 AND seq = 0`)
      await forger.rebuild(election)
    },
    foundBy: ['times'], says: /box 0: entry 0 was cast before the opening/,
  },
  {
    what: 'ballots were dated after the closing',
    prepare: withBallots,
    forge: async (forger, election) => {
      await forger.tamper(election, `UPDATE box_entry SET cast_at = cast_at + interval '2 hours' WHERE election = $1 AND box = 0`)
      await forger.rebuild(election)
    },
    foundBy: ['times'], says: /box 0: entry 0 was cast after the closing/,
  },
  {
    what: 'a ballot of imported time was dated into the future',
    prepare: withTick,
    forge: async (forger, election) => {
      await forger.tamper(election, `UPDATE box_entry SET cast_at = now() + interval '30 minutes' WHERE election = $1 AND box = 1 AND seq = 0`)
      await forger.rebuild(election)
    },
    foundBy: ['times'], says: /box 1: entry 0 lies in the future/,
  },
  {
    what: 'a ballot was put into the box of another place',
    prepare: withBallots,
    forge: async (forger, election) => {
      await forger.tamper(election, 'UPDATE box_entry SET box = 1, seq = 1 WHERE election = $1 AND box = 0 AND seq = 0')
      await forger.rebuild(election)
    },
    foundBy: ['kinds'], says: /box 1: entry 1 is a ballot of mill, which belongs to box 0/,
  },
  {
    what: 'a ballot was put among the corrections',
    prepare: withBallots,
    forge: async (forger, election) => {
      await forger.tamper(election, 'UPDATE box_entry SET box = 2, seq = 0 WHERE election = $1 AND box = 0 AND seq = 0')
      await forger.rebuild(election)
    },
    // Windows are not held open for a box that never takes a ballot.
    foundBy: ['kinds'], perhapsBy: 'finality', says: /box 2: entry 0 is a ballot among the corrections/,
  },
  {
    what: 'a correction was put among ballots',
    prepare: withCorrection,
    forge: async (forger, election) => {
      await forger.tamper(election, 'UPDATE box_entry SET box = 1, seq = 1 WHERE election = $1 AND kind = 2')
      await forger.rebuild(election)
    },
    foundBy: ['kinds'], says: /box 1: entry 1 is a correction among ballots/,
  },
  {
    what: 'a tick was put where the database says the time',
    prepare: withBallots,
    forge: async (forger, election) => {
      await forger.append(election, 0, {
        kind: '1', cast_at: 'last_cast_at',
        commitment: `sha256(convert_to(format('livetally tick/%s/%s/%s/%s', election, box, next_seq, (extract(epoch FROM last_cast_at) * 1000)::bigint), 'UTF8'))`,
      })
      await forger.rebuild(election)
    },
    foundBy: ['kinds'], says: /box 0: entry 5 is a tick, which has no place here/,
  },
]

const { counting, forged, untouched } = testForgeries(FORGERIES, withCorrection)

describe('without the audit key', () => {
  test('changed choices are not found out, and the report says that ballots were not checked', async () => {
    const report = await recount(counting().store.urlOf('auditor'), forged(0).slug)
    expect(report?.agrees).toBe(true)
    expect(report?.checks.find(({ invariant }) => invariant === 'commitments')?.leftOut?.join()).toMatch(/neither the master key here nor an audit key/)
    expect(report && printReport(report)).toMatch(/– commitments.*\n.*NOT CHECKED: ballots[\s\S]*Not everything was checked: see commitments above\./)
  })

  test('a key of another election shows as such', async () => {
    expect(problemsOf(await recounted(counting(), untouched(), Buffer.alloc(32, 7)))['commitments']?.[0]).toBe('no ballot follows from the audit key: is it the one of this election?')
  })
})

describe('ballots that were handed in under numbers of their sources, beside the roll,', () => {
  test.each<[what: string, sourceBallots: number | undefined, agrees: boolean, says: RegExp]>([
    ['are told of, and not held against the election', undefined, true, /2 participations belong to nobody on the roll\. Ballots that centres handed in under numbers of their own \(castVotes with sourceBallotNumber\) are such/],
    ['agree with as many as the centres say', 2, true, /^$/],
    ['do not agree with fewer than the centres say', 3, false, /2 participations belong to nobody on the roll, and 3 ballots were handed in/],
  ])('%s', async (_what, sourceBallots, agrees, says) => {
    const report = await recount(counting().store.urlOf('auditor'), (await besideTheRoll()).slug, { sourceBallots })
    const check = report?.checks.find(({ invariant }) => invariant === 'I1')
    expect([report?.agrees, [...check?.problems ?? [], ...check?.remarks ?? []].join()]).toEqual([agrees, expect.stringMatching(says)])
  })

  let made: Election | undefined
  const besideTheRoll = async (): Promise<Election> => {
    if (made !== undefined) return made
    const forger = createForger(counting().store)
    made = await withRoll(forger, 'beside-the-roll')
    await forger.cast(made, ['bag 1', 'bag 2'], { unit: 'market', channel: 'ELECTION_DAY' })
    return made
  }
})
