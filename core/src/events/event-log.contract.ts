import { afterAll, afterEach, beforeAll } from 'vitest'
import { createContractStage, type ContractDriver, type ContractStage, type ContractWorld } from './contract/contract-world.js'
import { describeFollowing } from './contract/following.contract.js'
import { describeLookingUp } from './contract/looking-up.contract.js'
import { describeReading } from './contract/reading.contract.js'
import { describeSending } from './contract/sending.contract.js'
import { describeTopics } from './contract/topics.contract.js'

export { createDiary, text, until, type ContractDriver } from './contract/contract-world.js'

/** What every driver of the event log promises. */
export function describeEventLog(openDriver: () => Promise<ContractDriver>): void {
  let stage: ContractStage
  const world: ContractWorld = {
    start: () => stage.start(),
    deleteTopic: (topic) => stage.deleteTopic(topic),
  }
  beforeAll(async () => { stage = createContractStage(await openDriver()) })
  afterEach(() => stage.endTrial())
  afterAll(() => stage.end())

  describeReading(world)
  describeFollowing(world)
  describeLookingUp(world)
  describeSending(world)
  describeTopics(world)
}
