import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { VOTE_CHANNELS, type BoxEntry } from '../../election/index.js'
import {
  ballotAcceptedKey, ballotAcceptedSchema, boxTalliedKey, breakdownResultKey, contestResultKey, createResultsAssembler, electionChangedKey,
  encodeBallotAccepted, encodeBallotDecided, encodeBallotSubmitted, encodeBoxTallied, encodeBreakdownResult, encodeContestResult, encodeElectionChanged, encodeQuarantined,
  encodeRankingResult, encodeResultsPublished, encodeSignedBallot, encodeTurnoutResult, encodeVoterRegistered, encodeWindowResult, fromEventRows, parseBallotAccepted, parseBallotDecided, parseBallotSubmitted,
  parseBoxTallied, parseBreakdownResult, parseContestResult, parseElectionChanged, parseQuarantined, parseRankingResult,
  parseResultsPublished, parseSignedBallot, parseTurnoutResult, parseVoterRegistered, parseWindowResult, quarantinedKey, rankingResultKey, resultsPublishedKey,
  toBallotAccepted, toEventRows, toQuarantined, turnoutResultKey, voterRegisteredKey, windowResultKey,
  type BallotAccepted, type BoxTallied, type EventRow, type Parsed, type ResultsPublished, type ResultsPublishedPart, type SignedBallot,
} from '../index.js'

const hex = 'ab'.repeat(32)
const ballot: BallotAccepted = {
  v: 1, election: 12, box: 3, seq: 7, castAt: 1_793_000_000_000, commitment: hex, chain: hex, kind: 'BALLOT',
  unit: '01-01', channel: 'ONLINE', attributes: { gender: 'f' }, selections: { president: ['harris'], council: [] },
}
const { chain: _chain, ...unchained } = ballot
const tick: BallotAccepted = { v: 1, election: 12, box: 3, seq: 8, castAt: 1_793_000_001_000, commitment: hex, kind: 'TICK' }
const tallied: BoxTallied = {
  v: 1, election: 12, box: 3, generation: 1, fromSeq: 7, toSeq: 9, fromChain: hex, chain: hex, newestAt: null,
  rows: [['place', '01-01/ONLINE', [2, 2, 0, 0, 1, 1]], ['correction', '', [-1]]], views: ['gender'],
}
const published: ResultsPublished = {
  v: 1, election: 12, revision: 5, publishedAt: 1_793_000_002_000, status: 'UNOFFICIAL_PARTIAL', asOf: 1_793_000_001_000, isFull: false,
  vector: [{ box: 3, generation: 1, nextSeq: 9, sealedSeq: null }], finalUntil: null,
  rows: [['eligible', '01-01', [900]], ['pane', '/1793000000000', [2, 2, 0, 0, 1, 1]]],
}
const counts = { ballots: 2, undervotes: 0, overvotes: 1, votes: { harris: 1, trump: 0 } }

const signed: SignedBallot = { v: 1, idempotencyKey: 'k', election: 'evergreen', unit: '01-01', channel: 'ABSENTEE_MAIL', sourceBallotNumber: '7', attributes: { gender: 'f' }, selections: { president: ['harris'], council: [] }, castAt: 5 }
const decided = { v: 1, idempotencyKey: 'k', source: 'north', election: 'evergreen', partition: 2, offset: '9', message: 'm' } as const

interface Sample { name: string, text: string, parse: (value: Buffer | string | null) => Parsed<unknown>, expected: unknown, optional: readonly string[] }
const sample = <Event>(name: string, event: Event, encode: (event: Event) => string, parse: (value: Buffer | string | null) => Parsed<Event>, optional: readonly string[] = []): Sample =>
  ({ name, text: encode(event), parse, expected: event, optional })

const samples: Sample[] = [
  sample('an accepted ballot', ballot, encodeBallotAccepted, parseBallotAccepted, ['chain']),
  sample('a tick of a ballot box', tick, encodeBallotAccepted, parseBallotAccepted),
  sample('the tally of a box', tallied, encodeBoxTallied, parseBoxTallied, ['fromChain', 'chain', 'views']),
  { name: 'a revision of the results', text: encodeResultsPublished(published)[0] ?? '', parse: parseResultsPublished, expected: { ...published, part: 0, parts: 1 }, optional: [] },
  sample('a change of an election', { v: 1, election: 12, slug: 'evergreen', phase: 'OPEN', phaseVersion: 2, definitionVersion: 1 }, encodeElectionChanged, parseElectionChanged),
  sample('the registration of a voter', { v: 1, election: 12, number: 7, unit: '01-01', channel: 'ONLINE', attributes: { gender: 'f' } }, encodeVoterRegistered, parseVoterRegistered, ['channel']),
  sample('a quarantined record', toQuarantined({ topic: 'ballots', partition: 2, offset: '9', key: 'k', value: Buffer.from('{') }, 'the value is not JSON', 5), encodeQuarantined, parseQuarantined, ['recordKey']),
  sample('the result of a contest', { v: 1, election: 12, revision: 5, contest: 'president', unit: '01-01', ...counts }, encodeContestResult, parseContestResult, ['unit']),
  sample('the turnout', { v: 1, election: 12, revision: 5, unit: '01-01', ballots: 2, byChannel: { ONLINE: 2 }, eligibleVoters: null }, encodeTurnoutResult, parseTurnoutResult, ['unit']),
  sample('a breakdown', { v: 1, election: 12, revision: 5, contest: 'president', attributes: ['gender', 'age'], cells: [{ values: ['f', '_unknown'], ...counts }] }, encodeBreakdownResult, parseBreakdownResult, ['contest']),
  sample('a window', { v: 1, election: 12, revision: 5, contest: 'president', kind: 'TUMBLING', start: 0, end: 60_000, isFinal: true, late: 0, ...counts }, encodeWindowResult, parseWindowResult, ['contest']),
  sample('a ballot that another system hands in', { v: 1, ballot: 'eyJh.eyJ2.c2ln' }, encodeBallotSubmitted, parseBallotSubmitted),
  sample('a signed ballot', signed, encodeSignedBallot, parseSignedBallot, ['sourceBallotNumber', 'attributes', 'castAt']),
  sample('the acceptance of a ballot', { ...decided, verdict: 'ACCEPTED', tracker: '0f8fad5b-d9cb-469f-a165-70867728950e', castAt: 5 }, encodeBallotDecided, parseBallotDecided),
  sample('the refusal of a ballot', { ...decided, verdict: 'INVALID_BALLOT', problems: ['no'] }, encodeBallotDecided, parseBallotDecided),
  sample('a ranking', { v: 1, election: 12, revision: 5, unitKind: 'PRECINCT', units: [{ rank: 1, unit: '01-01', ballots: 2 }] }, encodeRankingResult, parseRankingResult),
]

describe.each(samples)('$name', ({ text, parse, expected, optional }) => {
  test('is read as it was written, from bytes and from text', () => {
    expect(parse(text)).toEqual({ ok: true, event: expected })
    expect(parse(Buffer.from(text, 'utf8'))).toEqual({ ok: true, event: expected })
  })
  test('may carry fields that only later versions know', () => {
    expect(parse(JSON.stringify({ ...JSON.parse(text), fromTheFuture: { a: [1] } }))).toEqual({ ok: true, event: expected })
  })
  test('may lack what is optional, and nothing else', () => {
    const document: Record<string, unknown> = JSON.parse(text)
    for (const name of Object.keys(document)) {
      const { [name]: _left, ...rest } = document
      const parsed = parse(JSON.stringify(rest))
      expect([name, parsed]).toEqual([name, optional.includes(name) ? { ok: true, event: rest } : { ok: false, reason: expect.any(String) }])
    }
  })
  test('of an unknown version is refused by name', () => {
    expect(parse(JSON.stringify({ ...JSON.parse(text), v: 2 }))).toEqual({ ok: false, reason: 'version 2 is not known' })
  })
  test('is refused with a reason when any one of its fields is rubbish', () => {
    const document: Record<string, unknown> = JSON.parse(text)
    for (const name of Object.keys(document)) {
      expect([name, parse(JSON.stringify({ ...document, [name]: { rubbish: [true] } }))]).toEqual([name, { ok: false, reason: expect.stringMatching(/^.{6,}/) }])
    }
  })
  test('is not mistaken for anything else: rubbish is refused with a reason and never throws', () => {
    expect(parse(null)).toEqual({ ok: false, reason: 'there is no value' })
    fc.assert(fc.property(fc.oneof(fc.json(), fc.string(), fc.uint8Array().map((bytes) => Buffer.from(bytes))), (value) => {
      expect(parse(value)).toEqual({ ok: false, reason: expect.stringMatching(/./) })
    }))
  })
})

const mutations = fc.oneof(
  fc.constantFrom<unknown>(null, '', 0, -1, 1.5, 2, true, [], {}, 'x', 'x'.repeat(65), 'ONLINE', 'TICK', 'BALLOT', 'ab', hex, 2 ** 53, [''], ['a'], { a: ['b'] }, { a: 'b' }, { '': [] }),
  fc.jsonValue(),
).filter((value) => !JSON.stringify(value).includes('__proto__'))

describe('the two readers of accepted ballots', () => {
  test('the quick one and the documented schema agree on every document', () => {
    const fields = [...Object.keys(ballot), 'other']
    const outcomes = { taken: 0, refused: 0 }
    fc.assert(fc.property(
      fc.constantFrom<object>(ballot, unchained, tick),
      fc.array(fc.tuple(fc.constantFrom(...fields), mutations), { maxLength: 2 }),
      fc.array(fc.constantFrom(...fields), { maxLength: 1 }),
      (start, changes, removals) => {
        const document: Record<string, unknown> = { ...start, ...Object.fromEntries(changes) }
        for (const name of removals) delete document[name]
        const quick = parseBallotAccepted(JSON.stringify(document))
        const schema = ballotAcceptedSchema.safeParse(JSON.parse(JSON.stringify(document)))
        expect(quick.ok).toBe(schema.success)
        expect(quick.ok ? quick.event : undefined).toEqual(schema.data)
        outcomes[quick.ok ? 'taken' : 'refused'] += 1
      },
    ), { numRuns: 3_000 })
    expect(outcomes.taken).toBeGreaterThan(100)
    expect(outcomes.refused).toBeGreaterThan(100)
  })

  test('every ballot that the ledger can hold comes through unchanged', () => {
    const id = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/)
    const base = { seq: fc.nat(), castAt: fc.integer({ min: 0, max: 4e12 }), commitment: fc.constant(hex) }
    const entry: fc.Arbitrary<BoxEntry> = fc.oneof(
      fc.record({ ...base, kind: fc.constant('TICK' as const) }),
      fc.record({
        ...base, kind: fc.constant('BALLOT' as const), unit: id, channel: fc.constantFrom(...VOTE_CHANNELS),
        attributes: fc.dictionary(id, id), selections: fc.dictionary(id, fc.array(id, { maxLength: 5 })),
      }),
    )
    fc.assert(fc.property(fc.integer({ min: 1, max: 2_147_483_647 }), fc.nat(64), entry, (election, box, of) => {
      const event = toBallotAccepted(election, box, of)
      const parsed = parseBallotAccepted(encodeBallotAccepted(event))
      expect(parsed.ok && JSON.stringify(parsed.event)).toBe(JSON.stringify(event))
    }))
  })

  test('nothing about a voter is ever encoded, whatever the ledger hands over', () => {
    const leaky = { ...ballot, voterRef: 'v', tracker: 't', participation: 'p' }
    expect(encodeBallotAccepted(leaky)).toBe(encodeBallotAccepted(ballot))
    expect(toBallotAccepted(12, 3, leaky)).toEqual(ballot)
  })
})

describe('a large revision', () => {
  const rows = Array.from({ length: 30_000 }, (_, at): EventRow => ['place', `precinct-${at}/ELECTION_DAY`, [at, 0, 0, at, 0]])
  const large: ResultsPublished = { ...published, isFull: true, rows }
  const parts = (event: ResultsPublished): ResultsPublishedPart[] => encodeResultsPublished(event).flatMap((text) => {
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(900_000)
    const parsed = parseResultsPublished(text)
    return parsed.ok ? [parsed.event] : []
  })
  test('travels in parts that Kafka takes, and is put together again in any order, with repeats', () => {
    const cut = parts(large)
    expect(cut.length).toBeGreaterThan(1)
    const assembler = createResultsAssembler()
    const [first, ...rest] = cut.toReversed()
    if (first === undefined) throw new Error('no parts')
    expect(assembler.add(first)).toBeUndefined()
    expect(assembler.add(first)).toBeUndefined()
    const complete = rest.map((part) => assembler.add(part)).filter((revision) => revision !== undefined)
    expect(complete).toEqual([large])
    expect(assembler.pending).toBe(0)
  })
  test('a small one is complete at once', () => {
    const [only] = parts(published)
    expect(only && createResultsAssembler().add(only)).toEqual(published)
  })
  test('without rows it still travels', () => {
    const [only] = parts({ ...published, rows: [] })
    expect(only && createResultsAssembler().add(only)).toEqual({ ...published, rows: [] })
  })
  test('those that never become complete are let go of, oldest first', () => {
    const assembler = createResultsAssembler(4)
    const [start, ...rest] = parts(large)
    if (start === undefined) throw new Error('no parts')
    for (let revision = 1; revision <= 100; revision += 1) assembler.add({ ...start, revision })
    expect(assembler.pending).toBe(4)
    const newest = rest.map((part) => assembler.add({ ...part, revision: 100 })).filter((revision) => revision !== undefined)
    expect(newest).toHaveLength(1)
    expect(rest.map((part) => assembler.add({ ...part, revision: 1 })).filter((revision) => revision !== undefined)).toEqual([])
  })
  test('parts of two publications under one number are never mixed', () => {
    const assembler = createResultsAssembler()
    const one = parts(large)
    const other = parts({ ...large, publishedAt: large.publishedAt + 1 })
    expect(one.slice(0, -1).filter((part) => assembler.add(part) !== undefined)).toEqual([])
    expect(other.slice(-1).map((part) => assembler.add(part))).toEqual([undefined])
    const complete = other.slice(0, -1).map((part) => assembler.add(part)).filter((revision) => revision !== undefined)
    expect(complete).toEqual([{ ...large, publishedAt: large.publishedAt + 1 }])
  })
})

describe('a signed ballot', () => {
  test('that names a contest which JavaScript would lose is refused, not counted without it', () => {
    const { selections: _selections, ...rest } = signed
    const text = JSON.stringify({ ...rest, selections: 'here' }).replace('"here"', '{"president":["harris"],"__proto__":["mallory"]}')
    expect(parseSignedBallot(text)).toEqual({ ok: false, reason: 'selections: names a contest that no election can have' })
  })
  test('cannot say that it was cast before 1970 or after 9999', () => {
    for (const castAt of [-1, 253_402_300_800_000]) expect(parseSignedBallot(JSON.stringify({ ...signed, castAt })).ok).toBe(false)
  })
})

describe('rows and keys', () => {
  test('rows are the same after they were packed and unpacked', () => {
    const rows = [{ view: 'place' as const, key: '01-01/ONLINE', counts: [2] }]
    expect(fromEventRows(toEventRows(rows))).toEqual(rows)
  })
  test('a quarantined record keeps the beginning of a large value, and its true size', () => {
    const event = toQuarantined({ topic: 'ballots', partition: 2, offset: '9', key: undefined, value: Buffer.alloc(500_000, 'x') }, 'r', 5)
    expect(event.valueBytes).toBe(500_000)
    expect(event.valueBase64).toHaveLength(65_536)
    expect(parseQuarantined(encodeQuarantined(event))).toEqual({ ok: true, event })
    expect(toQuarantined({ topic: 'ballots', partition: 2, offset: '9', key: undefined, value: null }, 'r', 5).valueBytes).toBe(0)
  })
  test('keys are those of the documented topics', () => {
    expect([
      ballotAcceptedKey(12, 3), boxTalliedKey(12), resultsPublishedKey(12), electionChangedKey(12),
      quarantinedKey({ topic: 'ballots', partition: 2, offset: '9' }),
      contestResultKey({ election: 12, contest: 'president' }), contestResultKey({ election: 12, contest: 'president', unit: '01-01' }),
      turnoutResultKey({ election: 12 }), turnoutResultKey({ election: 12, unit: '01-01' }),
      breakdownResultKey({ election: 12, attributes: ['gender'] }), breakdownResultKey({ election: 12, contest: 'president', attributes: ['gender', 'age'] }),
      windowResultKey({ election: 12, contest: 'president', kind: 'TUMBLING', start: 60_000 }), rankingResultKey({ election: 12, unitKind: 'PRECINCT' }), voterRegisteredKey({ election: 12, number: 7 }),
    ]).toEqual([
      'e12/3', 'e12', 'e12', 'e12', 'ballots/2/9', 'e12/president', 'e12/president/01-01', 'e12', 'e12/01-01',
      'e12//gender', 'e12/president/gender,age', 'e12/president/TUMBLING/60000', 'e12/PRECINCT', 'e12/7',
    ])
  })
})
