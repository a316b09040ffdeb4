import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { cacheRoot, readEnvironment } from '../environment.js'
import { freePort } from '../processes/free-port.js'
import { prepareKafka, startBroker, type EmbeddedKafka, type KafkaProgram } from './embedded-kafka.js'

const run = promisify(execFile)

/** A broker that asks who comes, by all doors but the first. Passwords are `dracula`, everywhere. */
export interface GuardedBroker extends AsyncDisposable {
  readonly kafka: EmbeddedKafka
  /** `host:port` of each door. */
  readonly doors: { readonly plain: string, readonly scram: string, readonly certificates: string }
  /** PEM files: whom to believe, and a client's certificate and key. */
  readonly files: { readonly ca: string, readonly cert: string, readonly key: string }
}

const USER = 'count'
export const PASSWORD = 'dracula'

/** SASL/PLAIN in the clear; SASL/SCRAM over TLS; TLS with certificates on both sides. */
export async function startGuardedBroker(): Promise<GuardedBroker> {
  const folder = await mkdtemp(join(tmpdir(), 'livetally-guarded-kafka-'))
  const settings = readEnvironment()
  const program = await prepareKafka(settings, cacheRoot(settings))
  if (!program.available) throw new Error(`These tests need a real Apache Kafka: ${program.reason}.`)
  const files = await makeCertificates(folder, dirname(program.java.command))
  const ports = await Promise.all([freePort(), freePort(), freePort()])
  const [plain, scram, certificates] = ports
  const tls = { 'ssl.keystore.location': join(folder, 'broker.p12'), 'ssl.keystore.password': PASSWORD, 'ssl.keystore.type': 'PKCS12' }
  const kafka = await startBroker(program, {
    dataFolder: join(folder, 'kafka'),
    doors: [
      { port: plain, advertisedPort: plain, protocol: 'SASL_PLAINTEXT', properties: {
        'sasl.enabled.mechanisms': 'PLAIN',
        'plain.sasl.jaas.config': `org.apache.kafka.common.security.plain.PlainLoginModule required user_${USER}="${PASSWORD}";`,
      } },
      { port: scram, advertisedPort: scram, protocol: 'SASL_SSL', properties: {
        ...tls, 'sasl.enabled.mechanisms': 'SCRAM-SHA-512',
        'scram-sha-512.sasl.jaas.config': 'org.apache.kafka.common.security.scram.ScramLoginModule required;',
      } },
      { port: certificates, advertisedPort: certificates, protocol: 'SSL', properties: {
        ...tls, 'ssl.client.auth': 'required', 'ssl.truststore.location': files.cert, 'ssl.truststore.type': 'PEM',
      } },
    ],
  })
  await addScramUser(program, kafka.brokers[0] ?? '')
  return {
    kafka, files,
    doors: { plain: `127.0.0.1:${plain}`, scram: `127.0.0.1:${scram}`, certificates: `127.0.0.1:${certificates}` },
    async [Symbol.asyncDispose]() {
      await kafka[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

/** With the tools that come with Java and with every system: certificates that vouch for themselves. */
async function makeCertificates(folder: string, javaFolder: string): Promise<GuardedBroker['files']> {
  const files = { ca: join(folder, 'ca.pem'), cert: join(folder, 'client.pem'), key: join(folder, 'client.key.pem') }
  const keytool = join(javaFolder, 'keytool')
  const store = ['-keystore', join(folder, 'broker.p12'), '-storetype', 'PKCS12', '-storepass', PASSWORD, '-alias', 'broker']
  await run(keytool, ['-genkeypair', ...store, '-keyalg', 'EC', '-groupname', 'secp256r1', '-validity', '2', '-dname', 'CN=broker', '-ext', 'SAN=ip:127.0.0.1,dns:localhost'])
  await run(keytool, ['-exportcert', '-rfc', ...store, '-file', files.ca])
  await run('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=livetally', '-keyout', files.key, '-out', files.cert])
  return files
}

async function addScramUser({ java, classPath }: KafkaProgram, broker: string): Promise<void> {
  await run(java.command, ['-XX:TieredStopAtLevel=1', '-cp', classPath, 'kafka.admin.ConfigCommand', '--bootstrap-server', broker, '--alter',
    '--entity-type', 'users', '--entity-name', USER, '--add-config', `SCRAM-SHA-512=[password=${PASSWORD}]`])
}
