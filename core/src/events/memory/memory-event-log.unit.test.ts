import { describe } from 'vitest'
import { describeEventLog } from '../event-log.contract.js'
import { createMemoryEventLog } from './memory-event-log.js'

describe('the event log in memory', () => {
  describeEventLog(async () => {
    const log = createMemoryEventLog()
    return { name: 'memory', openLog: () => log, deleteTopic: async (topic) => log.deleteTopic(topic) }
  })
})
