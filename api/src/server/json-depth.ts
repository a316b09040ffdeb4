/** Lists and objects within each other that JSON from a client may hold: what is deeper ends recursive code in a stack overflow. */
export const MOST_JSON_DEPTH = 64

const QUOTE = 34
const BACKSLASH = 92
const OPENING: readonly number[] = [91, 123]
const CLOSING: readonly number[] = [93, 125]

/** Whether JSON text is nested deeper than that. Reads it once, holds nothing, and needs no valid JSON. */
export function isNestedTooDeep(text: string): boolean {
  let depth = 0
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charCodeAt(at)
    if (sign === QUOTE) at = endOfString(text, at + 1)
    else if (OPENING.includes(sign)) depth += 1
    else if (CLOSING.includes(sign)) depth -= 1
    if (depth > MOST_JSON_DEPTH) return true
  }
  return false
}

/** Where the quote is that closes a string which begins at `from`; the end of the text if nothing does. */
function endOfString(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at !== -1; at = text.indexOf('"', at + 1)) {
    let slashes = 0
    while (slashes < at - from && text.charCodeAt(at - 1 - slashes) === BACKSLASH) slashes += 1
    if (slashes % 2 === 0) return at
  }
  return text.length
}
