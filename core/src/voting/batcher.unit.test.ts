import { LedgerTimeoutError, isAboutTheServer, type CastAnswer, type CastRow } from '../store/index.js'
import { describe, expect, test } from 'vitest'
import { createHeldClock } from './held-clock-under-test.js'
import { createBatcher, type BatcherSettings, type CastOutcome } from './batcher.js'

interface Call { election: number, box: number, rows: readonly CastRow[], answer: (verdict?: (row: CastRow) => CastAnswer) => void, fail: (error: Error) => void }

const accepted = (): CastAnswer => ({ verdict: 'ACCEPTED', castAt: 1_000 })

/** A ledger that answers when the test says so. */
function setUp(changes: Partial<BatcherSettings> = {}) {
  const clock = createHeldClock()
  const calls: Call[] = []
  const batcher = createBatcher({
    clock,
    isAboutTheServer,
    settings: { transactions: 2, batch: 500, waiting: 20_000, giveUpAfterMs: 25_000, ...changes },
    ledger: {
      castBatch: (election, box, rows) => new Promise((resolve, reject) => {
        calls.push({ election, box, rows, answer: (verdict = accepted) => { resolve(rows.map(verdict)) }, fail: reject })
      }),
    },
  })
  const outcomes = new Map<string, CastOutcome>()
  const cast = (box: number, voter: string, key = `key of ${voter}`, name = voter): void => {
    void batcher.cast(1, box, row(voter, key)).then((outcome) => { outcomes.set(name, outcome) })
  }
  const call = (at: number): Call => {
    const found = calls[at]
    if (found === undefined) throw new Error(`The ledger was called ${calls.length} times, not ${at + 1}.`)
    return found
  }
  return { clock, batcher, calls, call, cast, outcomes }
}

function row(voter: string, key: string): CastRow {
  return {
    voterRef: Buffer.from(voter.padEnd(32)), keyHash: Buffer.from(key.padEnd(32)), sealedReceipt: Buffer.from(`sealed ${key}`), phaseVersion: 1,
    tracker: '00000000-0000-4000-8000-000000000000', commitment: Buffer.alloc(32), ballot: { unit: 'n1', channel: 'ONLINE', attributes: {}, selections: {} },
  }
}

const votersOf = (call: Call): string[] => call.rows.map(({ voterRef }) => voterRef.toString().trim())
const lost = (): Error => new LedgerTimeoutError('no answer')

test('a voter who casts with a void session and then with a new one has the second ballot judged by the ledger', async () => {
  const { cast, clock, call, outcomes } = setUp()
  cast(0, 'ann', 'old', 'old session'); cast(0, 'ann', 'new', 'new session')
  await clock.advance(0)
  call(0).answer(() => ({ verdict: 'VOID_SESSION' }))
  await clock.advance(0)
  call(1).answer()
  await clock.advance(0)
  expect([outcomes.get('old session')?.verdict, outcomes.get('new session')?.verdict]).toEqual(['VOID_SESSION', 'ACCEPTED'])
})

describe('ballots wait per box', () => {
  test('ballots that arrive together travel together, one transaction per box', async () => {
    const { cast, clock, calls, outcomes } = setUp()
    cast(0, 'ann'); cast(0, 'bob'); cast(1, 'cid')
    await clock.advance(0)
    expect(calls.map(votersOf)).toEqual([['ann', 'bob'], ['cid']])
    for (const call of calls) call.answer()
    await clock.advance(0)
    expect([...outcomes.values()].map(({ verdict }) => verdict)).toEqual(['ACCEPTED', 'ACCEPTED', 'ACCEPTED'])
  })

  test('a box has one transaction in flight at most, however many slots are free', async () => {
    const { cast, clock, calls, call } = setUp()
    cast(0, 'ann')
    await clock.advance(0)
    cast(0, 'bob')
    await clock.advance(100)
    expect(calls).toHaveLength(1)
    call(0).answer()
    await clock.advance(0)
    expect(votersOf(call(1))).toEqual(['bob'])
  })

  test('no more than two transactions are in flight', async () => {
    const { cast, clock, calls } = setUp()
    for (const box of [0, 1, 2, 3]) cast(box, `voter ${box}`)
    await clock.advance(1_000)
    expect(calls.map(({ box }) => box)).toEqual([0, 1])
  })

  test('a free slot takes the box that has waited longest', async () => {
    const { cast, clock, calls, call } = setUp({ transactions: 1 })
    cast(0, 'ann')
    await clock.advance(0)
    cast(5, 'early bird')
    await clock.advance(10)
    cast(3, 'late riser')
    await clock.advance(10)
    cast(0, 'bob')
    call(0).answer()
    await clock.advance(0)
    expect(call(1).box).toBe(5)
    call(1).answer()
    await clock.advance(0)
    expect(calls.map(({ box }) => box)).toEqual([0, 5, 3])
  })

  test('a transaction holds at most as many ballots as the setting says', async () => {
    const { cast, clock, call } = setUp({ batch: 2 })
    for (const voter of ['ann', 'bob', 'cid']) cast(0, voter)
    await clock.advance(0)
    expect(votersOf(call(0))).toEqual(['ann', 'bob'])
    call(0).answer()
    await clock.advance(0)
    expect(votersOf(call(1))).toEqual(['cid'])
  })
})

describe('a voter who is twice in one batch', () => {
  test('is sent once, and the second ballot hears of the first', async () => {
    const { cast, clock, call, outcomes } = setUp()
    cast(0, 'ann', 'first key', 'first'); cast(0, 'ann', 'second key', 'second')
    await clock.advance(0)
    expect(votersOf(call(0))).toEqual(['ann'])
    call(0).answer()
    await clock.advance(0)
    expect(outcomes.get('first')).toEqual({ verdict: 'ACCEPTED', castAt: 1_000 })
    expect(outcomes.get('second')).toEqual({ verdict: 'EXISTS', keyHash: Buffer.from('first key'.padEnd(32)), sealedReceipt: Buffer.from('sealed first key') })
  })

  test('has the second ballot decided by the ledger where the first was not accepted', async () => {
    const { cast, clock, call, outcomes } = setUp()
    cast(0, 'ann', 'first key', 'first'); cast(0, 'ann', 'second key', 'second')
    await clock.advance(0)
    call(0).answer(() => ({ verdict: 'NOT_OPEN', phase: 'PAUSED' }))
    await clock.advance(0)
    expect(outcomes.get('first')?.verdict).toBe('NOT_OPEN')
    expect(outcomes.has('second')).toBe(false)
    call(1).answer()
    await clock.advance(0)
    expect(outcomes.get('second')?.verdict).toBe('ACCEPTED')
  })
})

describe('when the ledger does not answer', () => {
  test('the same rows are sent again until it does', async () => {
    const { cast, clock, call, outcomes } = setUp()
    cast(0, 'ann')
    await clock.advance(0)
    call(0).fail(lost())
    await clock.advance(100)
    expect(call(1).rows).toEqual(call(0).rows)
    call(1).answer(() => ({ verdict: 'EXISTS', keyHash: Buffer.alloc(32), sealedReceipt: Buffer.alloc(77) }))
    await clock.advance(0)
    expect(outcomes.get('ann')?.verdict).toBe('EXISTS')
  })

  test('after 25 seconds the outcome is called unknown, for those who wait behind as well', async () => {
    const { cast, clock, calls, outcomes } = setUp()
    cast(0, 'ann')
    await clock.advance(0)
    cast(0, 'bob')
    for (let second = 0; second < 30; second += 1) {
      calls.at(-1)?.fail(lost())
      await clock.advance(1_000)
    }
    expect(outcomes.get('ann')).toEqual({ verdict: 'UNKNOWN' })
    expect(outcomes.get('bob')).toEqual({ verdict: 'UNKNOWN' })
  })

  test.each([[999, undefined, 2], [1_000, 'UNKNOWN', 1]] as const)('and not a moment earlier: an attempt that is lost after %i ms of a second is told as %s', async (lostAfterMs, verdict, calls) => {
    const { cast, clock, call, calls: made, outcomes } = setUp({ giveUpAfterMs: 1_000 })
    cast(0, 'ann')
    await clock.advance(lostAfterMs)
    call(0).fail(lost())
    await clock.advance(25)
    expect([outcomes.get('ann')?.verdict, made.length]).toEqual([verdict, calls])
  })

  test('a ballot that came later is still tried when an earlier one is given up', async () => {
    const { cast, clock, call, calls, outcomes } = setUp({ giveUpAfterMs: 1_000 })
    cast(0, 'ann')
    await clock.advance(0)
    await clock.advance(900)
    cast(0, 'bob')
    await clock.advance(200)
    call(0).fail(lost())
    await clock.advance(0)
    expect(outcomes.get('ann')?.verdict).toBe('UNKNOWN')
    expect(votersOf(call(1))).toEqual(['bob'])
    calls.at(-1)?.answer()
    await clock.advance(0)
    expect(outcomes.get('bob')?.verdict).toBe('ACCEPTED')
  })
})

describe('when the ledger refuses a batch for its contents', () => {
  test('the batch is split until one bad row fails one voter', async () => {
    const { cast, clock, calls, outcomes } = setUp()
    for (const voter of ['ann', 'bob', 'bad', 'dan', 'eve']) cast(0, voter)
    for (let round = 0; round < 20; round += 1) {
      await clock.advance(0)
      const call = calls.at(-1)
      if (call !== undefined && votersOf(call).includes('bad')) call.fail(Object.assign(new Error('value too long'), { code: '22001' }))
      else call?.answer()
    }
    expect(Object.fromEntries([...outcomes].map(([voter, { verdict }]) => [voter, verdict]))).toEqual({ ann: 'ACCEPTED', bob: 'ACCEPTED', bad: 'FAILED', dan: 'ACCEPTED', eve: 'ACCEPTED' })
  })
})

describe('when too many wait', () => {
  test('new ballots are turned away at once, and told when to come back', async () => {
    const { cast, clock, call, outcomes } = setUp({ waiting: 2 })
    for (const voter of ['ann', 'bob', 'cid']) cast(0, voter)
    await clock.advance(0)
    expect(outcomes.get('cid')).toEqual({ verdict: 'BUSY', retryAfterMs: 1_000 })
    call(0).answer()
    await clock.advance(0)
    cast(0, 'dan')
    await clock.advance(0)
    expect(votersOf(call(1))).toEqual(['dan'])
  })

  test('a process that stops takes no more ballots and answers those it has', async () => {
    const { batcher, cast, clock, call, outcomes } = setUp()
    cast(0, 'ann')
    await clock.advance(0)
    let isDrained = false
    void batcher.drain().then(() => { isDrained = true })
    cast(0, 'bob')
    await clock.advance(0)
    expect(outcomes.get('bob')?.verdict).toBe('BUSY')
    expect(isDrained).toBe(false)
    call(0).answer()
    await clock.advance(0)
    expect(isDrained).toBe(true)
    expect(outcomes.get('ann')?.verdict).toBe('ACCEPTED')
  })
})

test('a process that stops waits for the ballots of every box, in flight or not', async () => {
  const { batcher, cast, clock, call, calls, outcomes } = setUp({ transactions: 1 })
  cast(0, 'ann')
  await clock.advance(0)
  cast(1, 'bob')
  await clock.advance(10)
  cast(0, 'cid')
  const drained: string[] = []
  void batcher.drain().then(() => { drained.push('all') })
  await clock.advance(0)
  for (const [at, load] of [[0, 2], [1, 1]] as const) {
    call(at).answer()
    await clock.advance(0)
    expect([drained, batcher.load]).toEqual([[], load])
  }
  call(2).answer()
  await clock.advance(0)
  expect([drained, batcher.load, calls.map(({ box }) => box)]).toEqual([['all'], 0, [0, 1, 0]])
  expect([...outcomes].map(([voter, { verdict }]) => `${voter} ${verdict}`)).toEqual(['ann ACCEPTED', 'bob ACCEPTED', 'cid ACCEPTED'])
})

test('more ballots in a transaction than whoever counts can take at once are refused from the start', () => {
  expect(() => setUp({ batch: 1_001 })).toThrow('1001 ballots are too many for one transaction of the ledger: 1000 at the most.')
  expect(() => setUp({ batch: 1_000 })).not.toThrow()
})
