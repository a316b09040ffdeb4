import type { TestNetwork } from '@livetally/local/test-network'
import type { KnownBallot } from '../ballots.js'
import type { ObservedReceipt } from '../receipts.js'

const FIELDS = '{ __type(name: "ReceiptStatus") { fields { name type { kind name ofType { kind name } } } } }'
/** A document holds at most 15 aliases. */
const AT_ONCE = 15
/** Requests in flight. */
const LANES = 4

interface Field { readonly name: string, readonly type: { readonly name: string | null, readonly ofType: { readonly name: string | null } | null } }
type Status = Readonly<Record<string, unknown>> | null

/** Asks for every receipt, and of each for every field that names a revision, as a reader of the schema would. */
export async function askForReceipts(network: TestNetwork, ballots: readonly KnownBallot[]): Promise<ObservedReceipt[]> {
  const { __type: type } = await network.graphql<{ __type: { fields: Field[] } }>(FIELDS)
  const revisions = type.fields.filter((field) => /revision/i.test(field.name) && (field.type.ofType ?? field.type).name === 'Int').map(({ name }) => name)
  const found: ObservedReceipt[] = []
  const starts = Array.from({ length: Math.ceil(ballots.length / AT_ONCE) }, (_, at) => at * AT_ONCE)
  const lane = async (): Promise<void> => {
    for (let start = starts.shift(); start !== undefined; start = starts.shift()) {
      const from = start
      const wanted = ballots.slice(from, from + AT_ONCE)
      const document = `{ ${wanted.map(({ tracker }, at) => `r${at}: receipt(tracker: "${tracker}") { castAt ${revisions.join(' ')} }`).join('\n')} }`
      const answer = await network.graphql<Record<string, Status>>(document)
      wanted.forEach((_, at) => {
        const status = answer[`r${at}`]
        if (status == null) throw new Error(`there is no receipt of ballot ${from + at}`)
        found.push({ ballot: from + at, castAt: Date.parse(String(status['castAt'])), revisions: Object.fromEntries(revisions.map((name) => [name, typeof status[name] === 'number' ? status[name] : null])) })
      })
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  return found
}
