import { connect, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { Kafka, logLevel, type ISocketFactoryArgs, type LogEntry } from 'kafkajs'
import { quietIdleTimers } from './idle-timers.js'
import { isAboutCertificates, kafkajsSecurity, type KafkaSecurity } from './security.js'
import { answerWithin } from '../waiting.js'

/** What kafkajs has to say, for whoever wants to log it. Without a listener it says nothing. */
export interface KafkaLogLine {
  level: 'error' | 'warn'
  message: string
  /** Which part of the client speaks, such as `Connection`. */
  source: string
  error?: string
}

export interface KafkaConnectionSettings {
  brokers: readonly string[]
  clientId: string
  security?: KafkaSecurity | undefined
  onLog?: ((line: KafkaLogLine) => void) | undefined
}

/** After a broker's restart kafkajs is back in 3.4 s with these; with its own it needs 8.5 s and may give up. */
const RETRY = { initialRetryTime: 100, maxRetryTime: 500, retries: 50 }

/** How long a broker that is connected may take to answer. */
const REQUEST_TIMEOUT_MS = 10_000

export interface KafkaClient {
  readonly kafka: Kafka
  /**
   * The switch that kafkajs lacks: cuts every connection, allows no new one and ends all retries, so that whatever still
   * waits for an answer fails at once. Nothing is sent after it.
   */
  cut(): void
}

/**
 * A kafkajs client of its own: one per consumer, follower, producer or administrative call. They share no connection and no
 * remembered offsets, so that one can be thrown away, in whatever state it is, without harm to another.
 * `onMissingTopic` is told when the broker says that a topic in use does not exist (kafkajs itself retries in silence).
 */
export function createKafkaClient({ brokers, clientId, security, onLog }: KafkaConnectionSettings, onMissingTopic?: () => void): KafkaClient {
  quietIdleTimers()
  const sockets = new Set<Socket>()
  let isCut = false
  let refusal: Error | undefined
  const openSocket = ({ host, port, ssl, onConnect }: ISocketFactoryArgs): Socket => {
    if (isCut) throw refusal ?? new Error('this client has been closed')
    const socket = ssl === null || ssl === undefined
      ? connect({ host, port, noDelay: true }, onConnect)
      : connectTls({ host, port, ...(isIP(host) === 0 ? { servername: host } : {}), ...ssl }, onConnect)
    socket.setKeepAlive(true, 60_000)
    // kafkajs says goodbye many times over to a socket that hangs while connecting, each time with a listener of its own.
    socket.setMaxListeners(100)
    // A certificate does not become better by asking again, which kafkajs would do for minutes.
    socket.once('error', (error) => {
      if (!isAboutCertificates(error) || isCut) return
      refusal = error
      isCut = true
    })
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    return socket
  }
  const listen = ({ level, namespace, log }: LogEntry): void => {
    const error = typeof log['error'] === 'string' ? log['error'] : undefined
    if (error === MISSING_TOPIC) onMissingTopic?.()
    // Its complaints about our farewell are no news.
    if (isCut && refusal === undefined) return
    onLog?.({
      level: level === logLevel.WARN ? 'warn' : 'error',
      message: log.message,
      source: namespace,
      ...(error === undefined ? {} : { error }),
    })
  }
  const kafka = new Kafka({
    brokers: [...brokers],
    clientId,
    ...kafkajsSecurity(security),
    socketFactory: openSocket,
    connectionTimeout: 3_000,
    requestTimeout: REQUEST_TIMEOUT_MS,
    // kafkajs compares with this number before every retry and copies the settings here and there: only a number that changes
    // its mind reaches all copies.
    retry: { ...RETRY, retries: { valueOf: () => isCut ? 0 : RETRY.retries } as unknown as number },
    logLevel: onLog === undefined ? logLevel.ERROR : logLevel.WARN,
    logCreator: () => listen,
  })
  return {
    kafka,
    cut() {
      isCut = true
      for (const socket of sockets) socket.destroy(new Error('this client has been closed'))
    },
  }
}

const MISSING_TOPIC = 'This server does not host this topic-partition'

/** The protocol's name of an error, such as `MESSAGE_TOO_LARGE`, wherever in the chain of causes it stands. */
export function protocolErrorType(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  if ('type' in error && typeof error.type === 'string') return error.type
  return error.cause === undefined || error.cause === error ? undefined : protocolErrorType(error.cause)
}

/**
 * Settles as the work does, but cuts the client after `limitMs` and waits no longer than a moment more: a request that kafkajs
 * has lost sight of, on a connection that is gone, never settles by itself.
 */
export async function workWithin<Result>(client: KafkaClient, limitMs: number, work: Promise<Result>): Promise<Result> {
  const timer = setTimeout(() => client.cut(), limitMs)
  try {
    return await answerWithin(limitMs + 1_000, work)
  } finally {
    clearTimeout(timer)
  }
}

/** Waits for the client's farewell, for `limitMs` and a moment at most, and cuts it. Never rejects. */
export async function endWithin(client: KafkaClient, limitMs: number, farewell: Promise<unknown>): Promise<void> {
  await workWithin(client, limitMs, farewell).catch(() => undefined)
  client.cut()
}
