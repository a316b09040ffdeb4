/** A further port of the broker, whose clients are sent to `advertisedPort`: a way in through a proxy, or one where the broker asks who comes. */
export type BrokerDoor = {
  port: number
  advertisedPort: number
  /** Default `PLAINTEXT`. */
  protocol?: 'PLAINTEXT' | 'SSL' | 'SASL_PLAINTEXT' | 'SASL_SSL'
  /** Settings of this listener alone, without its prefix, such as `sasl.enabled.mechanisms`. */
  properties?: Readonly<Record<string, string>>
}

export type BrokerPlace = { port: number, controllerPort: number, logFolder: string, doors?: readonly BrokerDoor[] }

/** Settings of a broker that is its own controller: one node, nothing replicated, modest in threads and memory. */
export function brokerProperties({ port, controllerPort, logFolder, doors = [] }: BrokerPlace): Record<string, string> {
  const doorsAt = (portOf: (door: BrokerDoor) => number) => doors.map((door, index) => `,DOOR${index}://127.0.0.1:${portOf(door)}`).join('')
  return {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}${doorsAt((door) => door.port)}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}${doorsAt((door) => door.advertisedPort)}`,
    'inter.broker.listener.name': 'PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': `CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT${doors.map(({ protocol = 'PLAINTEXT' }, index) => `,DOOR${index}:${protocol}`).join('')}`,
    'log.dirs': logFolder,
    // Topics are made by name and on purpose, see core/src/events/topics.ts.
    'auto.create.topics.enable': 'false',
    'offsets.topic.replication.factor': '1',
    'offsets.topic.num.partitions': '1',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'transaction.state.log.num.partitions': '1',
    'share.coordinator.state.topic.replication.factor': '1',
    'share.coordinator.state.topic.min.isr': '1',
    'share.coordinator.state.topic.num.partitions': '1',
    // Groups settle at once, a dead worker is noticed soon (brokers refuse session timeouts below 6 s otherwise) …
    'group.initial.rebalance.delay.ms': '0',
    'group.min.session.timeout.ms': '1000',
    // … and so is the broker's own former life, after kill -9.
    'broker.session.timeout.ms': '1000',
    'broker.heartbeat.interval.ms': '250',
    'log.cleaner.threads': '1',
    'log.cleaner.dedupe.buffer.size': '16777216',
    'num.network.threads': '2',
    'num.io.threads': '4',
    'background.threads': '2',
    ...Object.fromEntries(doors.flatMap(({ properties = {} }, index) => Object.entries(properties).map(([name, value]) => [`listener.name.door${index}.${name}`, value]))),
  }
}

/** A Java properties file. Backslashes in values (paths) are escaped as its format asks. */
export function formatProperties(properties: Record<string, string>): string {
  return Object.entries(properties).map(([key, value]) => `${key}=${value.replaceAll('\\', '\\\\')}\n`).join('')
}

/** Reads the plain `key=value` lines that `formatProperties` and Kafka write; comments and blank lines are skipped. */
export function parseProperties(text: string): Record<string, string> {
  const lines = text.split('\n').filter((line) => line.includes('=') && !line.startsWith('#'))
  return Object.fromEntries(lines.map((line) => {
    const at = line.indexOf('=')
    return [line.slice(0, at).trim(), line.slice(at + 1).trim().replaceAll('\\\\', '\\')]
  }))
}
