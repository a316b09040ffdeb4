import { parseBreakdownResult, parseContestResult, parseRankingResult, parseTurnoutResult, parseWindowResult, TOPIC, type BreakdownResult, type ContestResult, type RankingResult, type TurnoutResult, type WindowResult } from '@livetally/core/events'
import { Kafka, logLevel } from 'kafkajs'
import { randomUUID } from 'node:crypto'

/** What somebody knows who reads nothing but the topics `results.*`: of every key the record of the greatest revision. */
export interface ResultsReader extends AsyncDisposable {
  readonly contests: ReadonlyMap<string, ContestResult>
  readonly turnout: ReadonlyMap<string, TurnoutResult>
  readonly breakdowns: ReadonlyMap<string, BreakdownResult>
  readonly windows: ReadonlyMap<string, WindowResult>
  readonly rankings: ReadonlyMap<string, RankingResult>
  /** Records that are not what the documented schema says, final windows that became others, totals that fell. */
  readonly objections: readonly string[]
}

interface Followed<Event> { readonly known: Map<string, Event>, take(key: string, value: Buffer): void }

/** Reads from the first record on, with kafkajs as anybody would. */
export async function openResultsReader({ kafkaBrokers, topicPrefix }: { kafkaBrokers: readonly string[], topicPrefix: string }): Promise<ResultsReader> {
  const objections: string[] = []
  const follow = <Event extends { revision: number }>(parse: (value: Buffer) => { ok: true, event: Event } | { ok: false, reason: string }, objection: (former: Event, event: Event) => string | undefined): Followed<Event> => {
    const known = new Map<string, Event>()
    return {
      known,
      take(key, value) {
        const parsed = parse(value)
        if (!parsed.ok) return void objections.push(`${key}: ${parsed.reason}`)
        const former = known.get(key)
        if (former !== undefined && former.revision > parsed.event.revision) return
        const says = former === undefined ? undefined : objection(former, parsed.event)
        if (says !== undefined) objections.push(`${key}, revision ${parsed.event.revision}: ${says}`)
        known.set(key, parsed.event)
      },
    }
  }
  const falls = (former: { ballots: number }, event: { ballots: number }): string | undefined => event.ballots < former.ballots ? `${former.ballots} ballots became ${event.ballots}` : undefined
  const contests = follow(parseContestResult, falls)
  const turnout = follow(parseTurnoutResult, falls)
  const breakdowns = follow(parseBreakdownResult, () => undefined)
  const windows = follow(parseWindowResult, (former, event) =>
    former.isFinal && (!event.isFinal || countsOf(former) !== countsOf(event)) ? `the final window ${countsOf(former)} became ${countsOf(event)}` : undefined)
  const rankings = follow(parseRankingResult, () => undefined)
  const topics = new Map<string, { take(key: string, value: Buffer): void }>([
    [TOPIC.resultsContests, contests], [TOPIC.resultsTurnout, turnout], [TOPIC.resultsBreakdowns, breakdowns], [TOPIC.resultsWindows, windows], [TOPIC.resultsRankings, rankings],
  ])

  const consumer = new Kafka({ brokers: [...kafkaBrokers], clientId: 'newspaper', logLevel: logLevel.NOTHING }).consumer({ groupId: `newspaper-${randomUUID()}` })
  await consumer.connect()
  await consumer.subscribe({ topics: [...topics.keys()].map((topic) => topicPrefix + topic), fromBeginning: true })
  await consumer.run({
    async eachMessage({ topic, message }) {
      if (message.value !== null) topics.get(topic.slice(topicPrefix.length))?.take(String(message.key), message.value)
    },
  })
  return {
    contests: contests.known, turnout: turnout.known, breakdowns: breakdowns.known, windows: windows.known, rankings: rankings.known, objections,
    [Symbol.asyncDispose]: () => consumer.disconnect(),
  }
}

/** What may not change once it is final. How many ballots were late is no property of a window. */
function countsOf({ start, end, ballots, undervotes, overvotes, votes }: WindowResult): string {
  return JSON.stringify([start, end, ballots, undervotes, overvotes, votes])
}
