import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { cacheRoot, inheritedEnvironment, readEnvironment } from '../environment.js'
import { prepareKafka } from '../kafka/index.js'
import { projectRoot } from '../project-root.js'

/** Where a ballot went: the broker told its sender. */
export interface SentBallot { readonly idempotencyKey: string, readonly partition: number, readonly offset: string }

export interface Sending {
  readonly broker: string
  readonly topicPrefix: string
  /** File with the sender's private JSON Web Key. */
  readonly keyFile: string
  /** JSON documents. */
  readonly ballots: readonly string[]
}

/** The guide's example in Java, run as its reader would: Kafka's own client, from the jars of the embedded broker, and a signature by jose4j. */
export async function sendByJava(sending: Sending): Promise<SentBallot[]> {
  const environment = readEnvironment()
  const program = await prepareKafka(environment, cacheRoot(environment))
  if (!program.available) throw new Error(program.reason)
  return send(program.java.command, ['-Xmx128m', '-XX:TieredStopAtLevel=1', '-cp', program.classPath, join(projectRoot, 'docs/examples/SendBallots.java')], sending)
}

/** The guide's example for Node. */
export function sendByNode(sending: Sending): Promise<SentBallot[]> {
  return send(process.execPath, [join(projectRoot, 'docs/examples/send-ballots.mjs')], sending)
}

async function send(command: string, args: readonly string[], { broker, topicPrefix, keyFile, ballots }: Sending): Promise<SentBallot[]> {
  const child = spawn(command, [...args, broker, topicPrefix, keyFile], { env: inheritedEnvironment(), stdio: ['pipe', 'pipe', 'pipe'], timeout: 60_000, killSignal: 'SIGKILL' })
  const output = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text))
  child.stdin.end(ballots.map((ballot) => `${ballot}\n`).join(''))
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code !== 0) throw new Error(`The sender ended with ${code}: ${output.stderr.slice(-2_000)}`)
  return output.stdout.trim().split('\n').flatMap((line) => {
    const [, idempotencyKey, partition, offset] = /^(\S+) (\d+) (\d+)$/.exec(line) ?? []
    return idempotencyKey === undefined || offset === undefined ? [] : [{ idempotencyKey, partition: Number(partition), offset }]
  })
}
