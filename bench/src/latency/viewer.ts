import { WebSocket } from 'ws'

interface Message<Results> { payload?: { data?: { electionResults?: Results } } }

/** Something that a viewer saw; `at` is in ms on this process' monotonic clock. */
export interface Moment { readonly at: number }

export interface Viewer<Seen> extends AsyncDisposable {
  /** How many messages came in all. */
  readonly messages: number
  /** Why the server ended the connection, if it did. */
  readonly ended: string | undefined
  readonly newest: Seen | undefined
  /** All of them where they were to be kept, else the newest. */
  seen(): Seen[]
}

export interface ViewerOptions<Results, Seen> {
  url: string
  electionId: string
  /** A subscription to `electionResults`. */
  query: string
  read: (at: number, results: Results) => Seen
  keepsAll: boolean
  /** The viewer's own address, such as 127.0.0.7; else the machine chooses. */
  address?: string | undefined
}

/** A subscriber over graphql-transport-ws. Real ones have machines of their own: here a message is read only when somebody asks what it says. */
export async function openViewer<Results, Seen extends Moment>({ url, electionId, query, read, keepsAll, address }: ViewerOptions<Results, Seen>): Promise<Viewer<Seen>> {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/graphql`, 'graphql-transport-ws', address === undefined ? {} : { localAddress: address })
  const frames: { at: number, text: string }[] = []
  let messages = 0
  let ended: string | undefined
  const send = (message: object): void => socket.send(JSON.stringify(message))
  const readFrame = ({ at, text }: { at: number, text: string }): Seen => {
    const results = (JSON.parse(text) as Message<Results>).payload?.data?.electionResults
    if (results === undefined) throw new Error(`A viewer was not sent results: ${text.slice(0, 300)}`)
    return read(at, results)
  }
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.once('open', () => send({ type: 'connection_init' }))
    socket.once('message', () => {
      send({ id: 'results', type: 'subscribe', payload: { query, variables: { id: electionId } } })
      socket.on('message', (data) => {
        if (!keepsAll) frames.length = 0
        frames.push({ at: performance.now(), text: String(data) })
        messages += 1
      })
      socket.once('close', (code, reason) => { ended = `${code} ${String(reason)}` })
      resolve()
    })
  })
  return {
    get messages() { return messages },
    get ended() { return ended },
    get newest() { return frames.slice(-1).map(readFrame)[0] },
    seen: () => frames.map(readFrame),
    [Symbol.asyncDispose]: () => new Promise((resolve) => {
      if (ended !== undefined) return resolve()
      socket.once('close', () => resolve())
      socket.close(1000)
    }),
  }
}

/** The first that is true of, where it stays true of all that come after. */
export function firstOf<Seen>(seen: readonly Seen[], isTrue: (one: Seen) => boolean): Seen | undefined {
  let low = 0
  let high = seen.length
  while (low < high) {
    const middle = (low + high) >> 1
    const one = seen[middle]
    if (one !== undefined && isTrue(one)) high = middle
    else low = middle + 1
  }
  return seen[low]
}
