import type { TrustedProxies } from './server/client-address.js'
import type { AllowedOrigins } from './server/cross-origin.js'

/** What keeps one client from taking the place of all others. */
export interface ApiLimits {
  /** Ledger transactions in flight at once. */
  castTransactions: number
  /** Ballots in one ledger transaction. */
  castBatch: number
  /** Ballots that may wait for the ledger before new ones hear UNAVAILABLE. */
  castWaiting: number
  /** Per role and subject of a token, or per address without a valid one. */
  requestsPerMinute: number
  /** Wrong voting codes per address, and of one code, that are answered without waiting. */
  signInFailuresPerMinute: number
  subscriptionsPerConnection: number
  /** WebSockets open at once from one address. */
  connectionsPerAddress: number
  /** WebSockets open at once from everywhere. */
  connections: number
  /** WebSockets opened within a minute from one address. */
  handshakesPerMinute: number
  /** Connections, other than WebSockets, open at once from one address that is no proxy of ours; at least `connectionsPerAddress`, since every WebSocket begins as one. */
  httpConnectionsPerAddress: number
  /** Connections, other than WebSockets, open at once from everywhere. */
  httpConnections: number
}

export const DEFAULT_LIMITS: ApiLimits = {
  castTransactions: 2,
  castBatch: 500,
  castWaiting: 20_000,
  requestsPerMinute: 120_000,
  signInFailuresPerMinute: 10,
  subscriptionsPerConnection: 20,
  connectionsPerAddress: 200,
  connections: 20_000,
  handshakesPerMinute: 1_200,
  httpConnectionsPerAddress: 500,
  httpConnections: 10_000,
}

export interface ApiSettings {
  /** As the login of API processes, `livetally_api`. */
  databaseUrl: string
  /** Folder of the installation; holds the master key unless `masterKey` is given. */
  home: string
  /** Base64 of 32 bytes. */
  masterKey?: string
  host: string
  /** 0: any free port (see `RunningApi.url`). */
  port: number
  /** Where `/readyz` with its reasons and `/metrics` are; by default on this machine alone (127.0.0.1), on any free port. */
  metricsHost?: string
  metricsPort?: number
  /** False where the event log is memory; then there is no Kafka whose state could be told. */
  usesKafka: boolean
  /** Accept votes although the database may lose them in a power cut. */
  allowVolatileLedger?: boolean
  /** Whose X-Forwarded-For is believed (see `readTrustedProxies`); by default nobody's. */
  trustProxy?: TrustedProxies
  /** Whose pages may call from a browser (see `readAllowedOrigins`); by default anybody's, without a token. */
  allowedOrigins?: AllowedOrigins
  /** For how long a browser shall come by HTTPS alone, in seconds; 0: it is not told so. */
  hstsSeconds?: number
  limits?: Partial<ApiLimits>
  /** Folder of the built web client; by default the one of this project. */
  clientFolder?: string
}
