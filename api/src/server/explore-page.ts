import { createHash } from 'node:crypto'

export interface ExplorePage {
  html: string
  /** Of its one inline script, SHA-256 in base64: what a content security policy may let run. */
  scriptHash: string
}

let explore: Promise<ExplorePage> | undefined

/** GraphiQL, whole in one page. Nine megabytes: loaded when somebody asks, once per process. */
export function explorePage(): Promise<ExplorePage> {
  explore ??= import('@graphql-yoga/render-graphiql').then(({ renderGraphiQL }) => {
    const html = renderGraphiQL({ title: 'LiveTally API', endpoint: '/graphql', subscriptionsProtocol: 'WS', defaultQuery: DEFAULT_QUERY })
      .replace(HEAD, `${HEAD}${FOR_TELEPHONES}`)
    const script = /<script>([\s\S]*)<\/script>/.exec(html)?.[1] ?? ''
    return { html, scriptHash: createHash('sha256').update(script).digest('base64') }
  })
  return explore
}

const HEAD = '<meta charset="utf-8" />'

/** GraphiQL puts question and answer side by side on any screen; on a narrow one the answer stands below. */
const FOR_TELEPHONES = `
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <style>
        @media (max-width: 640px) {
          .graphiql-container { height: 100dvh !important }
          .graphiql-container .graphiql-main { flex-direction: column }
          .graphiql-container #graphiql-session { flex-direction: column !important; padding: 0 4px 4px !important }
          .graphiql-container #graphiql-session > * { flex: 1 1 0 !important; min-height: 0; width: 100% !important }
          .graphiql-container #graphiql-session > .graphiql-horizontal-drag-bar { display: none !important }
        }
      </style>`

const DEFAULT_QUERY = `{
  elections(first: 5) {
    nodes {
      slug
      name
      phase
      results {
        revision
        ballotsCast
        turnout { percent }
      }
    }
  }
}
`
