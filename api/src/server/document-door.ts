import { LRUCache } from 'lru-cache'
import { parse } from 'graphql/index.js'
import type { ClientCost } from './cost/client-cost.js'
import { readDocumentShape, type DocumentShape } from './document-shape.js'
import { badInput } from './errors.js'
import { PARSE_OPTIONS } from './rules.js'

/** Where documents pass before they are validated, whichever way they come. */
export interface DocumentDoor {
  /** Takes a document in its turn, and charges what it costs to read: one that was not read before, and introspection. Throws BAD_USER_INPUT for one that would cost too much to validate. What cannot be parsed passes: the parser tells why. */
  admit(source: unknown, cost: ClientCost): Promise<void>
}

const MOST_REMEMBERED = 500
const LONGEST_REMEMBERED = 20_000
/** The most that reading a document is charged, in fields of an answer: about what validating the largest takes. */
const MOST_CHARGED = 2_000

export function createDocumentDoor(): DocumentDoor {
  const known = new LRUCache<string, DocumentShape>({ max: MOST_REMEMBERED })
  const read = (source: string): DocumentShape => {
    try {
      return readDocumentShape(parse(source, PARSE_OPTIONS))
    } catch {
      return { ok: true, introspection: 0 }
    }
  }
  return {
    async admit(source, cost) {
      if (typeof source !== 'string') return
      let shape = known.get(source)
      if (shape === undefined) {
        cost.take(Math.min(MOST_CHARGED, source.length))
        await cost.newAnswer().turn()
        shape = read(source)
        if (source.length <= LONGEST_REMEMBERED) known.set(source, shape)
      }
      if (!shape.ok) throw badInput(shape.message)
      if (shape.introspection > 0) cost.take(shape.introspection)
    },
  }
}
