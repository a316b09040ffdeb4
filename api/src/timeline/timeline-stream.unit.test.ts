import 'reflect-metadata'
import type { PaneSeries, WindowSpec } from '@livetally/core/election'
import { describe, expect, test } from 'vitest'
import type { ResultsMessage } from '../live/results-stream.js'
import { createTimelineStream, type WindowMessage } from './timeline-stream.js'
import { panesOf, shownPanes } from './timeline-under-test.js'
import { WHOLE_TIMELINE } from './timeline-scope.js'

const MINUTES: WindowSpec = { kind: 'TUMBLING', sizeMs: 60_000 }

/** A viewer of one timeline, to whom revisions are shown one by one. */
function watch(spec: WindowSpec = MINUTES, after?: number) {
  const waiting: ResultsMessage[] = []
  const left = { times: 0 }
  let revision = 0
  const revisions: AsyncIterableIterator<ResultsMessage, undefined> = {
    async next() {
      const message = waiting.shift()
      return message === undefined ? { done: true, value: undefined } : { done: false, value: message }
    },
    async return() {
      waiting.length = 0
      left.times += 1
      return { done: true, value: undefined }
    },
    [Symbol.asyncIterator]() { return this },
  }
  const stream = createTimelineStream({ revisions, spec, scopeOf: () => WHOLE_TIMELINE, after })
  const publish = (panes: PaneSeries['panes'], finalUntil = Number.NEGATIVE_INFINITY): void => {
    revision += 1
    waiting.push({ shown: shownPanes(panes, { finalUntil, revision }), skipped: 0 })
  }
  /** Everything that there is to be told now, as `minute of start–minute of end ballots`. */
  const told = async (): Promise<string[]> => {
    const seen: WindowMessage[] = []
    for (let one = await stream.next(); one.done !== true; one = await stream.next()) seen.push(one.value)
    return seen.map(({ window: { start, end, counts, isFinal }, isWithdrawn }) => `${start / 60_000}–${end / 60_000} ${counts.join()}${isFinal ? ' final' : ''}${isWithdrawn ? ' withdrawn' : ''}`)
  }
  return { stream, publish, told, left }
}

describe('a viewer of a timeline', () => {
  test('is told of every window first, and then of those that change', async () => {
    const { publish, told } = watch()
    publish(panesOf([0, 1], [60_000, 2]))
    expect(await told()).toEqual(['0–1 1', '1–2 2'])
    publish(panesOf([0, 1], [60_000, 5]))
    expect(await told()).toEqual(['1–2 5'])
    publish(panesOf([0, 1], [60_000, 5]))
    expect(await told()).toEqual([])
  })

  test('is told of each window once as final, the empty one included, and never again', async () => {
    const { publish, told } = watch()
    const panes = panesOf([0, 1], [120_000, 2])
    publish(panes)
    await told()
    publish(panes, 60_000)
    expect(await told()).toEqual(['0–1 1 final'])
    publish(panes, 180_000)
    expect(await told()).toEqual(['1–2 0 final', '2–3 2 final'])
    publish(panes, 500_000)
    expect(await told()).toEqual([])
  })

  test('who reads slowly gets the newest of each window, and none of the revisions between', async () => {
    const { publish, stream, told } = watch()
    publish(panesOf([0, 1], [60_000, 1]))
    await stream.next()
    for (const ballots of [2, 3, 4]) publish(panesOf([0, ballots], [60_000, ballots]))
    expect((await told()).slice(-2)).toEqual(['0–1 4', '1–2 4'])
  })

  test('who comes back goes on after the last final window', async () => {
    const { publish, told } = watch(MINUTES, 60_000)
    publish(panesOf([0, 1], [60_000, 2], [120_000, 3]), 120_000)
    expect(await told()).toEqual(['1–2 2 final', '2–3 3'])
  })

  test('sees two sessions become one when a ballot comes between them', async () => {
    const { publish, told } = watch({ kind: 'SESSION', gapMs: 60_000 })
    publish(panesOf([0, 1], [120_000, 2]))
    expect(await told()).toEqual([`0–${1 / 6} 1`, `2–${13 / 6} 2`])
    publish(panesOf([0, 1], [60_000, 4], [120_000, 2]))
    expect(await told()).toEqual(['2–2.1666666666666665 0 withdrawn', `0–${13 / 6} 7`])
    publish(panesOf([0, 1], [60_000, 4], [120_000, 2]), 190_000)
    expect(await told()).toEqual([`0–${13 / 6} 7 final`])
  })

  test('of running totals is told of every total that a ballot changes', async () => {
    const { publish, told } = watch({ kind: 'CUMULATIVE', sizeMs: 60_000 })
    publish(panesOf([0, 1], [120_000, 2]))
    expect(await told()).toEqual(['0–1 1', '0–2 1', '0–3 3'])
    publish(panesOf([0, 1], [60_000, 5], [120_000, 2]))
    expect(await told()).toEqual(['0–2 6', '0–3 8'])
  })

  test('of a long election is told of the newest thousand windows first, and yet of every older one that becomes final', async () => {
    const { publish, told } = watch({ kind: 'TUMBLING', sizeMs: 10_000 })
    const panes = panesOf(...Array.from({ length: 1_500 }, (_, at): [number, number] => [at * 10_000, 1]))
    publish(panes)
    expect(await told()).toHaveLength(1_000)
    const more = panesOf(...Array.from({ length: 3_000 }, (_, at): [number, number] => [at * 10_000, 1]))
    publish(more)
    expect(await told()).toHaveLength(1_000)
    publish(more, 30_000_000)
    const finals = await told()
    expect(finals).toHaveLength(2_500)
    expect(finals.every((window) => window.endsWith('final'))).toBe(true)
  })

  test('who leaves is sent nothing more, and is let go where revisions come from', async () => {
    const { publish, stream, left } = watch()
    publish(panesOf([0, 1], [60_000, 2]))
    await stream.next()
    expect(left.times).toBe(0)
    await stream.return?.()
    expect(await stream.next()).toEqual({ done: true, value: undefined })
    expect(left.times, 'the revisions are let go as well').toBe(1)
  })
})
