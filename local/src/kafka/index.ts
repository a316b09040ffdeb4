export { countBrokers, deleteTopics, listTopics } from './admin.js'
export {
  prepareKafka,
  startBroker,
  startEmbeddedKafka,
  type EmbeddedKafka,
  type EmbeddedKafkaOptions,
  type KafkaProgram,
  type KafkaUnavailable,
} from './embedded-kafka.js'
export type { BrokerDoor } from './properties.js'
export { findJava, findMaven } from './java.js'
