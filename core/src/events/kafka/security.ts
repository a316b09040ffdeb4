import { readFileSync } from 'node:fs'
import type { KafkaConfig, SASLOptions } from 'kafkajs'
import { z } from 'zod'

/** How to get into a Kafka that asks who comes. Certificates and keys are PEM texts. */
export interface KafkaSecurity {
  /** Undefined: connections are not encrypted. */
  readonly tls?: { readonly ca?: string, readonly cert?: string, readonly key?: string } | undefined
  readonly sasl?: { readonly mechanism: (typeof MECHANISMS)[number], readonly username: string, readonly password: string } | undefined
}

export interface SettingProblem { readonly setting: string, readonly message: string }

const MECHANISMS = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const

const file = z.string().transform((path, context) => {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    context.addIssue({ code: 'custom', message: `must name a PEM file that can be read (${error instanceof Error ? error.message : String(error)})` })
    return z.NEVER
  }
})

const shape = z.object({
  KAFKA_SSL: z.enum(['true', 'false'], { error: 'must be true or false' }).optional(),
  KAFKA_SSL_CA: file.optional(),
  KAFKA_SSL_CERT: file.optional(),
  KAFKA_SSL_KEY: file.optional(),
  KAFKA_SASL_MECHANISM: z.string().transform((name) => name.toUpperCase()).pipe(z.enum(MECHANISMS, { error: `must be one of ${MECHANISMS.join(', ')}` })).optional(),
  KAFKA_SASL_USERNAME: z.string().optional(),
  KAFKA_SASL_PASSWORD: z.string().optional(),
})

/** The settings that say how to get into Kafka: of every process and command that talks to it. */
export const KAFKA_SECURITY_SETTINGS = Object.keys(shape.shape)

/** Reads those settings, for `environment.ts` of each package. An empty one counts as unset; naming any SSL file means SSL. */
export function readKafkaSecurity(source: Readonly<Record<string, string | undefined>>): { security: KafkaSecurity | undefined, problems: SettingProblem[] } {
  const given = Object.fromEntries(KAFKA_SECURITY_SETTINGS.flatMap((name) => source[name] === undefined || source[name] === '' ? [] : [[name, source[name]]]))
  const parsed = shape.safeParse(given)
  if (!parsed.success) return { security: undefined, problems: parsed.error.issues.map(({ path, message }) => ({ setting: path.join('.'), message })) }
  const { KAFKA_SSL: switched, KAFKA_SSL_CA: ca, KAFKA_SSL_CERT: cert, KAFKA_SSL_KEY: key, KAFKA_SASL_MECHANISM: mechanism, KAFKA_SASL_USERNAME: username, KAFKA_SASL_PASSWORD: password } = parsed.data
  const namesFile = (ca ?? cert ?? key) !== undefined
  const problems: SettingProblem[] = []
  if (switched === 'false' && namesFile) problems.push({ setting: 'KAFKA_SSL', message: 'is false, but a KAFKA_SSL_… file is named: take one of the two away' })
  if ((cert === undefined) !== (key === undefined)) problems.push({ setting: cert === undefined ? 'KAFKA_SSL_CERT' : 'KAFKA_SSL_KEY', message: 'is missing: a client\'s certificate and its key go together' })
  const sasl = [mechanism, username, password]
  if (sasl.some((one) => one !== undefined)) {
    (['KAFKA_SASL_MECHANISM', 'KAFKA_SASL_USERNAME', 'KAFKA_SASL_PASSWORD'] as const).forEach((setting, at) => {
      if (sasl[at] === undefined) problems.push({ setting, message: 'is missing: mechanism, user name and password go together' })
    })
  }
  if (problems.length > 0) return { security: undefined, problems }
  const security: KafkaSecurity = {
    ...switched === 'true' || namesFile ? { tls: { ...ca === undefined ? {} : { ca }, ...cert === undefined ? {} : { cert }, ...key === undefined ? {} : { key } } } : {},
    ...mechanism === undefined || username === undefined || password === undefined ? {} : { sasl: { mechanism, username, password } },
  }
  return { security: security.tls === undefined && security.sasl === undefined ? undefined : security, problems }
}

/** The same as kafkajs wants it. */
export function kafkajsSecurity({ tls, sasl }: KafkaSecurity = {}): Pick<KafkaConfig, 'ssl' | 'sasl'> {
  return { ...tls === undefined ? {} : { ssl: { ...tls } }, ...sasl === undefined ? {} : { sasl: saslOptions(sasl) } }
}

function saslOptions({ mechanism, username, password }: NonNullable<KafkaSecurity['sasl']>): SASLOptions {
  switch (mechanism) {
    case 'PLAIN': return { mechanism: 'plain', username, password }
    case 'SCRAM-SHA-256': return { mechanism: 'scram-sha-256', username, password }
    case 'SCRAM-SHA-512': return { mechanism: 'scram-sha-512', username, password }
    default: return mechanism satisfies never
  }
}

/** Why Kafka does not let us in, for a person; undefined if that is not what the error says. Trying again does not help. */
export function accessProblem(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  if (error.name === 'KafkaJSSASLAuthenticationError') return `Kafka does not let this user in: check KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD (${error.message})`
  if (isAboutCertificates(error)) return `Kafka's certificate, or ours, is not believed: check KAFKA_SSL_CA, KAFKA_SSL_CERT and KAFKA_SSL_KEY (${error.message})`
  return error.cause === undefined || error.cause === error ? undefined : accessProblem(error.cause)
}

/** One side does not believe the other's certificate, by Node's codes or, where kafkajs has left only them, its words. */
export function isAboutCertificates(error: Error): boolean {
  return /certificate|self[- ]signed|altname/i.test(`${error.message} ${'code' in error ? String(error.code) : ''}`)
}
