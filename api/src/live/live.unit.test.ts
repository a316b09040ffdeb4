import type { ResultRow } from '@livetally/core/election'
import { WHOLE_ELECTION } from '@livetally/core/election'
import type { Revision } from '@livetally/core/store'
import { parse } from 'graphql/index.js'
import { pino } from 'pino'
import { describe, expect, test } from 'vitest'
import { breakfastElection } from '../testing/breakfast-election.js'
import { createHeldClock } from '../../../core/src/voting/held-clock-under-test.js'
import { createResultsFeed, type ResultsFeedTold } from './results-feed.js'
import { createResultsStream, openResultsStream, type ResultsMessage } from './results-stream.js'
import { createSharedExecution, sharingKey } from './shared-execution.js'
import type { ShownRevision } from './shown-revision.js'

function revision(number: number, ballots: number, isFull = number === 1): Revision {
  const rows: ResultRow[] = [{ view: 'place', key: 'n1/ONLINE', counts: [ballots] }]
  return {
    election: 7, revision: number, publishedAt: number * 1_000, status: 'UNOFFICIAL_PARTIAL', asOf: null, finalUntil: null, isFull,
    vector: [{ box: 0, generation: 1, nextSeq: ballots, sealedSeq: null }], rows,
  }
}

/** Revisions as Postgres keeps them; `read` can be broken and counts its calls. */
async function setUp(stored: Revision[] = [], onRevisions: ResultsFeedTold = () => undefined, election = breakfastElection()) {
  const postgres = { stored, isAway: false, reads: 0, now: 5_000 }
  const ask = <Answer>(answer: () => Answer): Promise<Answer> => {
    postgres.reads += 1
    return postgres.isAway ? Promise.reject(new Error('connection refused')) : Promise.resolve(answer())
  }
  const feed = await createResultsFeed({
    election,
    revisions: {
      marks: (_election, numbers) => ask(() => postgres.stored.filter((one, at) => numbers.includes(one.revision) || at === postgres.stored.length - 1)),
      read: (_election, from, limit) => ask(() => postgres.stored.filter((one) => one.revision > from).slice(0, limit)),
      readFromFull: () => ask(() => postgres.stored.slice(postgres.stored.findLastIndex(({ isFull }) => isFull))),
    },
    eligibleVoters: async () => new Map([['n1', 100], ['s10', 200]]),
    now: () => postgres.now,
    logger: pino({ level: 'silent' }),
    onRevisions,
  })
  const ballots = (): number => feed.current().at.turnout(WHOLE_ELECTION).ballots
  return { feed, postgres, ballots }
}

const settle = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve) })

describe('the newest results of an election', () => {
  test('are explicit zeros with the registered voters before anything is published', async () => {
    const { feed } = await setUp()
    const { at, facts } = feed.current()
    expect(facts).toMatchObject({ revision: 0, publishedAt: 5_000, status: 'UNOFFICIAL_PARTIAL', asOf: null })
    expect(at.turnout(WHOLE_ELECTION).ballots).toBe(0)
    expect(at.eligibleVoters(WHOLE_ELECTION)).toBe(300)
    expect(at.contest('dish', WHOLE_ELECTION)).toEqual([0, 0, 0, 0, 0, 0, 0])
  })

  test('are loaded from the newest full revision and what follows', async () => {
    const { feed, ballots } = await setUp([revision(1, 1), revision(2, 5, true), revision(3, 8)])
    expect([feed.current().facts.revision, ballots()]).toEqual([3, 8])
  })

  test('take the next revision from Kafka without asking Postgres', async () => {
    const { feed, postgres, ballots } = await setUp([revision(1, 1)])
    postgres.isAway = true
    feed.offer(revision(2, 4))
    expect([feed.current().facts.revision, ballots()]).toEqual([2, 4])
  })

  test('pass over what Kafka repeats', async () => {
    const { feed, ballots } = await setUp([revision(1, 1), revision(2, 4)])
    feed.offer(revision(1, 1))
    feed.offer(revision(2, 999))
    expect([feed.current().facts.revision, ballots()]).toEqual([2, 4])
  })

  test('read what Kafka lost from Postgres, and never show a revision with a hole', async () => {
    const { feed, postgres, ballots } = await setUp([revision(1, 1)])
    postgres.stored = [revision(1, 1), revision(2, 4), revision(3, 6)]
    feed.offer(revision(3, 6))
    expect(feed.current().facts.revision).toBe(1)
    await settle()
    expect([feed.current().facts.revision, ballots()]).toEqual([3, 6])
  })

  test('fill what topic results skipped, a hundred revisions and more, from Postgres, and go on by Kafka after that', async () => {
    const ways: string[] = []
    const { feed, postgres, ballots } = await setUp([revision(1, 1)], (way, count) => ways.push(`${way} ${count}`))
    postgres.stored = Array.from({ length: 180 }, (_, at) => revision(at + 1, at + 1))
    feed.offer(revision(180, 180))
    await settle()
    expect([feed.current().facts.revision, ballots()]).toEqual([180, 180])
    postgres.isAway = true
    feed.offer(revision(181, 200))
    expect([feed.current().facts.revision, ballots()]).toEqual([181, 200])
    expect(ways).toEqual(['POSTGRES 1', 'POSTGRES 50', 'POSTGRES 50', 'POSTGRES 50', 'POSTGRES 29', 'KAFKA 1'])
  })

  test('do not miss a revision that arrives while Postgres is read', async () => {
    const { feed, postgres } = await setUp([revision(1, 1)])
    postgres.stored = [revision(1, 1), revision(2, 2)]
    const reading = feed.catchUp()
    postgres.stored = [...postgres.stored, revision(3, 3)]
    feed.offer(revision(3, 3))
    await reading
    await settle()
    expect(feed.current().facts.revision).toBe(3)
  })

  test('go on at a full revision, whatever was missed before it', async () => {
    const { feed, postgres, ballots } = await setUp([revision(1, 1)])
    postgres.isAway = true
    feed.offer(revision(40, 77, true))
    expect([feed.current().facts.revision, ballots()]).toEqual([40, 77])
  })

  test('keep up by Postgres alone', async () => {
    const { feed, postgres, ballots } = await setUp([revision(1, 1)])
    postgres.stored = [...postgres.stored, revision(2, 3)]
    await feed.catchUp()
    expect([feed.current().facts.revision, ballots()]).toEqual([2, 3])
  })

  test('are read anew where the revisions in between are no longer kept', async () => {
    const { feed, postgres, ballots } = await setUp([revision(1, 1)])
    postgres.stored = [revision(9, 20, true), revision(10, 21)]
    await feed.catchUp()
    expect([feed.current().facts.revision, ballots()]).toEqual([10, 21])
  })

  describe('of a draft that was edited and published before this process has heard of it', () => {
    const draft = breakfastElection({ phase: 'DRAFT' })
    const { reportingUnits } = draft.structure.definition
    const moved = { ...breakfastElection({ reportingUnits: reportingUnits.map((unit) => unit.id === 'n1' ? { ...unit, parent: 'south' } : unit) }), definitionVersion: 2, definitionId: 'second' }
    const shown = ({ at, facts }: ShownRevision) => [facts.revision, at.turnout('north').ballots, at.turnout('south').ballots]

    test('are added up by what the election is now, when they came by Kafka', async () => {
      const { feed, postgres } = await setUp([], undefined, draft)
      postgres.stored = [revision(1, 5)]
      feed.offer(revision(1, 5))
      await feed.catchUp()
      feed.electionChanged(moved)
      await feed.catchUp()
      expect(shown(feed.current())).toEqual([1, 0, 5])
      feed.offer(revision(2, 6))
      expect(shown(feed.current())).toEqual([2, 0, 6])
    })

    test('are added up by what the election is now, when they were there before anybody looked', async () => {
      const { feed } = await setUp([revision(1, 5)], undefined, draft)
      feed.electionChanged(moved)
      await feed.catchUp()
      expect(shown(feed.current())).toEqual([1, 0, 5])
    })
  })

  test('do not follow a straggler of Kafka that the restored database does not know', async () => {
    const before = [revision(1, 1), revision(2, 5)]
    const after = { ...revision(3, 5, true), publishedAt: 9_000 }
    const { feed, postgres, ballots } = await setUp([...before, after])
    feed.offer(revision(4, 7))
    feed.offer(revision(5, 8, true))
    await settle()
    expect([feed.current().facts.revision, ballots()]).toEqual([3, 5])
    const slow = { ...revision(4, 6), publishedAt: 8_000 }
    postgres.stored.push(slow)
    feed.offer(slow)
    await settle()
    expect([feed.current().facts.revision, ballots()], 'published by a clock that is behind').toEqual([4, 6])
  })

  test('are read anew where the number of what is shown belongs to another revision, and later ones follow it in Postgres', async () => {
    const { feed, postgres, ballots } = await setUp([revision(1, 1), revision(2, 4)])
    postgres.stored = [revision(1, 1), { ...revision(2, 3), publishedAt: 2_500 }, { ...revision(3, 6), rows: [{ view: 'place', key: 's10/ONLINE', counts: [3] }] }]
    await feed.catchUp()
    expect([feed.current().facts.revision, ballots()]).toEqual([3, 6])
  })

  test('are read anew where Kafka lost the other revision of that number, and brought what follows it', async () => {
    const { feed, postgres, ballots } = await setUp([revision(1, 1), revision(2, 4)])
    const third: Revision = { ...revision(3, 6), rows: [{ view: 'place', key: 's10/ONLINE', counts: [3] }] }
    postgres.stored = [revision(1, 1), { ...revision(2, 3), publishedAt: 2_500 }, third]
    feed.offer(third)
    expect(ballots(), 'until Postgres is asked').toBe(7)
    await feed.catchUp()
    expect([feed.current().facts.revision, ballots()]).toEqual([3, 6])
  })

  test('never go back', async () => {
    const { feed, postgres } = await setUp([revision(1, 1), revision(2, 4)])
    postgres.stored = [revision(1, 1)]
    await feed.catchUp()
    expect(feed.current().facts.revision).toBe(2)
  })

  test('are what Postgres holds once it has known nothing newer for a minute, and not before: it may be a replica that lags', async () => {
    const { feed, postgres, ballots } = await setUp([revision(1, 1), revision(2, 4)])
    const askAfter = async (ms: number): Promise<number[]> => {
      postgres.now += ms
      await feed.catchUp()
      return [feed.current().facts.revision, ballots()]
    }
    postgres.stored = [revision(1, 1)]
    expect(await askAfter(0)).toEqual([2, 4])
    expect(await askAfter(59_999)).toEqual([2, 4])
    expect(await askAfter(1)).toEqual([1, 1])
  })

  test('stay where Postgres knows them again before the minute is over, which begins anew the next time', async () => {
    const { feed, postgres } = await setUp([revision(1, 1), revision(2, 4)])
    for (const [stored, ms] of [[[revision(1, 1)], 0], [[revision(1, 1), revision(2, 4)], 40_000], [[revision(1, 1)], 40_000], [[revision(1, 1)], 59_999]] as const) {
      postgres.stored = [...stored]
      postgres.now += ms
      await feed.catchUp()
      expect(feed.current().facts.revision).toBe(2)
    }
  })

  test.each([
    ['fewer entries of a box', { box: 0, generation: 1, nextSeq: 3, sealedSeq: null }],
    ['an earlier count of a box', { box: 0, generation: 0, nextSeq: 9, sealedSeq: null }],
  ])('are not added to by the next revision by its number that holds %s: it is of a restored database', async (_what, entry) => {
    const { feed, postgres, ballots } = await setUp([revision(1, 4)])
    postgres.isAway = true
    feed.offer({ ...revision(2, 9), vector: [entry] })
    await settle()
    expect([feed.current().facts.revision, ballots()]).toEqual([1, 4])
    feed.offer({ ...revision(2, 9), vector: [{ box: 0, generation: 2, nextSeq: 1, sealedSeq: null }] })
    await settle()
    expect([feed.current().facts.revision, ballots()], 'a box that was counted anew').toEqual([2, 9])
  })

  test('stay as they were for whoever is still reading them', async () => {
    const { feed } = await setUp([revision(1, 1)])
    const { at } = feed.current()
    feed.offer(revision(2, 4))
    expect(at.turnout('town').ballots).toBe(1)
    expect(feed.current().at.turnout('town').ballots).toBe(4)
  })
})

describe('a viewer', () => {
  async function watch(options: { after?: number, maxPerSecond?: number } = {}) {
    const world = await setUp([revision(1, 1), revision(2, 2), revision(3, 3)])
    const clock = createHeldClock()
    const stream = createResultsStream({ feed: world.feed, clock, ...options })
    const messages: { revision: number, skipped: number }[] = []
    let isOver = false
    const take = (): void => {
      void stream.next().then(({ done, value }) => {
        isOver = done === true
        if (value !== undefined) messages.push({ revision: value.shown.facts.revision, skipped: value.skipped })
      })
    }
    return { ...world, clock, stream, messages, take, isOver: () => isOver }
  }

  test('sees the current state first, then each newer revision', async () => {
    const { clock, feed, messages, take } = await watch()
    take()
    await clock.advance(0)
    expect(messages).toEqual([{ revision: 3, skipped: 0 }])
    take()
    await clock.advance(1_000)
    expect(messages).toHaveLength(1)
    feed.offer(revision(4, 4))
    await clock.advance(0)
    expect(messages.at(-1)).toEqual({ revision: 4, skipped: 0 })
  })

  test('who has seen the newest is sent nothing until there is a newer one', async () => {
    const { clock, feed, messages, take } = await watch({ after: 3 })
    take()
    await clock.advance(10_000)
    expect(messages).toEqual([])
    feed.offer(revision(4, 4))
    await clock.advance(0)
    expect(messages).toEqual([{ revision: 4, skipped: 0 }])
  })

  test('who comes back is told how many revisions were passed over', async () => {
    const { clock, messages, take } = await watch({ after: 1 })
    take()
    await clock.advance(0)
    expect(messages).toEqual([{ revision: 3, skipped: 1 }])
  })

  test('who reads slowly gets the newest, not the next', async () => {
    const { clock, feed, messages, take } = await watch()
    take()
    await clock.advance(0)
    for (let number = 4; number <= 30; number += 1) feed.offer(revision(number, number))
    await clock.advance(5_000)
    take()
    await clock.advance(0)
    expect(messages.at(-1)).toEqual({ revision: 30, skipped: 26 })
  })

  test.each([[undefined, 20], [5, 5], [1_000, 20], [0.5, 1]])('who asks for %s a second gets %i in the first second, whatever is published', async (maxPerSecond, expected) => {
    const { clock, feed, messages, stream } = await watch(maxPerSecond === undefined ? {} : { maxPerSecond })
    let isGone = false
    const read = async (): Promise<void> => {
      for (;;) {
        const { done, value } = await stream.next()
        if (done === true || isGone) return
        messages.push({ revision: value.shown.facts.revision, skipped: value.skipped })
      }
    }
    void read()
    for (let number = 4; number < 104; number += 1) {
      await clock.advance(9.99)
      feed.offer(revision(number, number))
    }
    isGone = true
    await stream.return?.()
    expect(messages).toHaveLength(expected)
  })

  test('is not kept waiting because one revision of a steady pace came late', async () => {
    const { clock, feed, messages, take } = await watch()
    take()
    for (const [number, afterMs] of [[4, 50], [5, 62], [6, 40]] as const) {
      await clock.advance(afterMs)
      take()
      feed.offer(revision(number, number))
      await clock.advance(0)
      expect(messages.at(-1)?.revision).toBe(number)
    }
  })

  test('who leaves while waiting is let go at once, and nothing is kept', async () => {
    const { clock, feed, isOver, stream, take } = await watch()
    take()
    await clock.advance(0)
    take()
    expect(feed.watchers).toBe(1)
    await stream.return?.()
    await clock.advance(0)
    expect([isOver(), feed.watchers]).toEqual([true, 0])
  })

  test('who leaves while a message waits for its turn leaves no timer, and no listener, behind', async () => {
    const { feed } = await setUp([revision(1, 1)])
    const timers = new Set<symbol>()
    const clock = { now: () => 0, after: () => { const timer = Symbol('turn'); timers.add(timer); return () => { timers.delete(timer) } } }
    for (const leave of ['return', 'throw'] as const) {
      const stream = createResultsStream({ feed, clock })
      await stream.next()
      const waiting = stream.next()
      feed.offer(revision(feed.current().facts.revision + 1, 5))
      expect([timers.size, feed.watchers]).toEqual([1, 1])
      await stream[leave]?.()
      expect([timers.size, feed.watchers, (await waiting).done, (await stream.next()).done]).toEqual([0, 0, true, true])
    }
  })

  test('who is ahead of us is sent what Postgres has meanwhile', async () => {
    const { feed, postgres } = await setUp([revision(1, 1)])
    postgres.stored = [...postgres.stored, revision(2, 2), revision(3, 3)]
    const stream = await openResultsStream({ feed, after: 2 })
    expect((await stream.next()).value?.shown.facts.revision).toBe(3)
  })

  test('who is ahead of everything, after a restored backup, sees the state as it now is', async () => {
    const { feed } = await setUp([revision(1, 1)])
    const stream = await openResultsStream({ feed, after: 500 })
    expect((await stream.next()).value).toMatchObject({ shown: { facts: { revision: 1 } }, skipped: 0 })
  })
})

describe('equal subscriptions', () => {
  const document = parse('subscription S($e: ID!, $after: Int, $max: Float) { electionResults(electionId: $e, after: $after, maxPerSecond: $max) { revision } }')
  const key = (variables: Record<string, unknown>, scope = 'public'): string => sharingKey(document, 'S', variables, scope)

  test('are those that would be answered alike, however they are paced', () => {
    expect(key({ e: 'e1', after: 3, max: 1 })).toBe(key({ max: 20, e: 'e1' }))
    expect(key({ e: 'e1' })).not.toBe(key({ e: 'e2' }))
    expect(key({ e: 'e1' })).not.toBe(key({ e: 'e1' }, 'auditor'))
  })

  test('are told apart by a variable that says something else as well', () => {
    const twice = parse('subscription S($n: Int) { electionResults(electionId: "e1", after: $n) { turnoutByUnit(first: $n) { totalCount } } }')
    expect(sharingKey(twice, 'S', { n: 1 }, '')).not.toBe(sharingKey(twice, 'S', { n: 2 }, ''))
  })

  test('are executed once per revision', async () => {
    const { feed } = await setUp([revision(1, 1)])
    const shared = createSharedExecution()
    let executions = 0
    const answers = { a: shared.join('a'), 'another document': shared.join('another document') }
    const run = (message: ResultsMessage, of: keyof typeof answers = 'a') => answers[of].run(message, async () => {
      executions += 1
      return { data: { revision: message.shown.facts.revision } }
    })
    const first = { shown: feed.current(), skipped: 0 }
    expect(await run(first)).toBe(await run({ shown: feed.current(), skipped: 0 }))
    expect(executions).toBe(1)
    await run(first, 'another document')
    await run({ ...first, skipped: 2 })
    expect(executions).toBe(3)
    feed.offer(revision(2, 2))
    await run({ shown: feed.current(), skipped: 0 })
    expect(executions).toBe(4)
  })
})
