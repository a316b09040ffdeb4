import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { cacheRoot, inheritedEnvironment, readEnvironment } from '../environment.js'
import { prepareKafka } from '../kafka/index.js'
import { projectRoot } from '../project-root.js'

/** Where a ballot went: the broker told its sender. */
export interface SentBallot { readonly idempotencyKey: string, readonly partition: number, readonly offset: string }

/**
 * Runs the guide's example of a sender in Java as its reader would: Kafka's own client, from the jars that the embedded broker
 * uses, and a signature by another library than ours. `ballots` are documents, one a line.
 */
export async function sendByJava({ broker, topicPrefix, keyFile, ballots }: { broker: string, topicPrefix: string, keyFile: string, ballots: readonly string[] }): Promise<SentBallot[]> {
  const environment = readEnvironment()
  const program = await prepareKafka(environment, cacheRoot(environment))
  if (!program.available) throw new Error(program.reason)
  const child = spawn(program.java.command, [
    '-Xmx128m', '-XX:TieredStopAtLevel=1', '-cp', program.classPath, join(projectRoot, 'docs/examples/SendBallots.java'), broker, topicPrefix, keyFile,
  ], { env: inheritedEnvironment(), stdio: ['pipe', 'pipe', 'pipe'], timeout: 60_000, killSignal: 'SIGKILL' })
  const output = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text))
  child.stdin.end(ballots.map((ballot) => `${ballot}\n`).join(''))
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code !== 0) throw new Error(`The Java sender ended with ${code}: ${output.stderr.slice(-2_000)}`)
  return output.stdout.trim().split('\n').map((line) => {
    const [idempotencyKey = '', partition, offset = ''] = line.split(' ')
    return { idempotencyKey, partition: Number(partition), offset }
  })
}
