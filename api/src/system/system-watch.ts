import type { EventLog } from '@livetally/core/events'
import type { ElectionPositions, PositionReader } from '@livetally/core/store'
import type { ComponentState } from '../schema/vocabulary.js'

export interface SystemReading { postgres: ComponentState, kafka: ComponentState, positions: ElectionPositions[] }

export interface SystemWatch {
  /** At most a second old: many may watch. Never rejects; what does not answer is DOWN. */
  read(): Promise<SystemReading>
}

const REMEMBERED_MS = 1_000
const PATIENCE_MS = 2_000

export function createSystemWatch({ positions, eventLog, usesKafka, now = Date.now }: { positions: PositionReader, eventLog: Pick<EventLog, 'isReachable'>, usesKafka: boolean, now?: () => number }): SystemWatch {
  let last: { at: number, reading: Promise<SystemReading> } | undefined

  const look = async (): Promise<SystemReading> => {
    const [found, isReachable] = await Promise.all([
      inTime(positions.positions()),
      usesKafka ? inTime(eventLog.isReachable()) : undefined,
    ])
    return {
      postgres: found === undefined ? 'DOWN' : 'UP',
      kafka: !usesKafka ? 'NOT_USED' : isReachable === true ? 'UP' : 'DOWN',
      positions: found ?? [],
    }
  }
  return {
    read() {
      if (last === undefined || now() - last.at >= REMEMBERED_MS) last = { at: now(), reading: look() }
      return last.reading
    },
  }
}

/** Undefined if it fails or takes too long. */
async function inTime<Value>(answer: Promise<Value>): Promise<Value | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => { timer = setTimeout(resolve, PATIENCE_MS, undefined) })
  try {
    return await Promise.race([answer, late])
  } catch {
    return undefined
  } finally {
    clearTimeout(timer)
    answer.catch(() => undefined)
  }
}
