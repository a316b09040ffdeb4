import { ApiFailure, sentenceFor } from '../system/api-failure.js'
import { createApiClient, type ApiClient } from '../system/api-client.js'
import { readEnvironment, type Environment } from '../system/environment.js'
import { findRunningSystem, type RunningSystem } from '../system/running-system.js'

/** Thrown where a command cannot go on; its sentences are all that a person sees of it. */
export class CommandFailure extends Error {
  readonly sentences: readonly string[]

  constructor(...sentences: string[]) {
    super(sentences[0])
    this.name = 'CommandFailure'
    this.sentences = sentences
  }
}

export interface CommandContext extends AsyncDisposable {
  environment: Environment
  system: RunningSystem
  /** Role MANAGER. */
  manager: ApiClient
  /** Role INGEST, the only one that casts for others. */
  ingest: ApiClient
}

export async function openContext(environment: Environment = readEnvironment()): Promise<CommandContext> {
  const found = await findRunningSystem(environment)
  if (!found.ok) throw new CommandFailure(found.message)
  const { system } = found
  if (goesInTheClear(system.url)) say(`The token goes to ${new URL(system.url).origin} unencrypted: whoever is on the way can read it and do what it may. Use an https address.`)
  await probe(system)
  const manager = createApiClient({ url: system.url, token: system.managerToken, giveUpAfterMs: 180_000, onRetry: (error, count) => { if (count === 4) say(`${system.url} does not answer (${error.message}), trying on …`) } })
  return { environment, system, manager, ingest: manager.withToken(system.ingestToken), [Symbol.asyncDispose]: () => manager[Symbol.asyncDispose]() }
}

/** Whether what is sent to an address can be read on its way: http to another machine. */
export function goesInTheClear(url: string): boolean {
  const { protocol, hostname } = new URL(url)
  return protocol === 'http:' && !/^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)
}

/** A system that is not there at all is said at once; one that goes away later is waited for. */
async function probe({ url, managerToken }: RunningSystem): Promise<void> {
  await using client = createApiClient({ url, token: managerToken, connections: 1, giveUpAfterMs: 3_000 })
  try {
    await client.request('{ viewer { role } }')
  } catch (error) {
    if (!(error instanceof ApiFailure)) throw error
    throw new CommandFailure(sentenceFor(error, url))
  }
}

/** Runs a command to its exit code: 0, or 1 with sentences on stderr and never a stack for what can be expected. */
export async function runCommand(command: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await command()
  } catch (error) {
    process.exitCode = 1
    if (error instanceof CommandFailure) error.sentences.forEach(say)
    else if (error instanceof ApiFailure) say(sentenceFor(error, 'The system'))
    else throw error
  }
}

/** To stderr: stdout belongs to what a command makes. What a server or a file says is shown, and the terminal obeys nothing in it. */
export function say(sentence: string): void {
  process.stderr.write(`${printable(sentence)}\n`)
}

/** Control characters and signs that nobody sees are spelt out; line ends and tabs stay. */
export function printable(text: string): string {
  return text.replace(/[^\P{C}\n\t]/gu, (sign) => `\\u{${sign.codePointAt(0)?.toString(16) ?? ''}}`)
}

/** At most `limit` of many sentences, and how many more there were. */
export function shorten(sentences: readonly string[], limit = 20): string[] {
  return sentences.length <= limit ? [...sentences] : [...sentences.slice(0, limit), `… and ${(sentences.length - limit).toLocaleString('en-US')} more.`]
}

/** For commander: a whole number of at least `least`. */
export function wholeNumber(name: string, least: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least) throw new CommandFailure(`${name} must be a whole number of at least ${least}, not "${text}".`)
    return value
  }
}
