/** Where a JSON text goes wrong, for a sentence such as "line 4, column 7: a comma or } was expected". */
export interface JsonFault { line: number, column: number, expected: string }

class Fault extends Error {
  readonly at: number
  constructor(at: number, expected: string) {
    super(expected)
    this.at = at
  }
}

/** Finds where a text that JSON.parse refuses stops being JSON (JSON.parse itself names the place only at times); null if it sees none. */
export function findJsonFault(text: string): JsonFault | null {
  try {
    const end = skip(text, readValue(text, skip(text, text.startsWith('\uFEFF') ? 1 : 0)))
    if (end < text.length) throw new Fault(end, 'the end of the file')
    return null
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    const before = text.slice(0, error.at).split('\n')
    return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1, expected: error.message }
  }
}

const TOKEN = /"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/uy

function readValue(text: string, at: number): number {
  if (text[at] === '{') return readList(text, at, '}', (from) => {
    if (text[from] !== '"') throw new Fault(from, 'a name in double quotes')
    const colon = skip(text, readToken(text, from))
    if (text[colon] !== ':') throw new Fault(colon, 'a colon')
    return readValue(text, skip(text, colon + 1))
  })
  if (text[at] === '[') return readList(text, at, ']', (from) => readValue(text, from))
  return readToken(text, at)
}

function readList(text: string, open: number, close: '}' | ']', readItem: (at: number) => number): number {
  let at = skip(text, open + 1)
  if (text[at] === close) return at + 1
  for (;;) {
    at = skip(text, readItem(at))
    if (text[at] === close) return at + 1
    if (text[at] !== ',') throw new Fault(at, `a comma or ${close}`)
    at = skip(text, at + 1)
  }
}

function readToken(text: string, at: number): number {
  TOKEN.lastIndex = at
  if (!TOKEN.test(text)) throw new Fault(at, text[at] === '"' ? 'a text that ends with a double quote on the same line' : 'a value')
  return TOKEN.lastIndex
}

function skip(text: string, at: number): number {
  let next = at
  while (next < text.length && ' \t\r\n'.includes(text[next] ?? '')) next += 1
  return next
}
