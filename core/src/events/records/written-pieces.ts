/** A place in the bytes of a record. */
export interface Cursor { readonly bytes: Buffer, at: number }

/** Reads one kind of piece, such as a place's id or what is marked. What it returns is shared: it must not be changed. */
export interface PieceReader<Piece> {
  /** Takes everything up to and with the closing byte. Undefined where that is not ASCII, or not the piece; the cursor is then anywhere. */
  take(cursor: Cursor): Piece | undefined
}

/** Few contests, places and groups make the same pieces again and again; longer ones hardly ever repeat. */
const LONGEST_REMEMBERED = 200
/** A power of two. Each piece has two places where it may be remembered; one that finds both taken drives another out. */
const PLACES = 8_192

interface Known<Piece> { readonly bytes: Buffer, readonly piece: Piece }

/** Reads pieces that end with the first `closing` byte by `parse`, and remembers the short ones by their bytes: most are never made a text of. */
export function createPieceReader<Piece>(closing: number, parse: (text: string) => Piece | undefined): PieceReader<Piece> {
  const remembered = Array.from({ length: PLACES }, (): Known<Piece> | undefined => undefined)
  const learn = (bytes: Buffer, place: number): Piece | undefined => {
    const piece = parse(bytes.toString('latin1'))
    if (piece === undefined || bytes.length > LONGEST_REMEMBERED) return piece
    // A copy: a part of the record would keep all of it in memory.
    remembered[remembered[place] === undefined ? place : place ^ 1] = { bytes: Buffer.from(bytes), piece }
    return piece
  }
  return {
    take(cursor) {
      const { bytes, at: from } = cursor
      let hash = 0
      let seen = 0
      let at = from
      for (let byte = -1; byte !== closing; at += 1) {
        byte = bytes[at] ?? -1
        if (byte === -1) return undefined
        hash = Math.imul(hash ^ byte, 16_777_619)
        seen |= byte
      }
      if (seen > 127) return undefined
      cursor.at = at
      const place = (hash ^ hash >>> 13) & PLACES - 1
      const first = remembered[place]
      if (first !== undefined && isAt(bytes, from, at, first.bytes)) return first.piece
      const second = remembered[place ^ 1]
      if (second !== undefined && isAt(bytes, from, at, second.bytes)) return second.piece
      return learn(bytes.subarray(from, at), place)
    },
  }
}

function isAt(bytes: Buffer, from: number, to: number, wanted: Buffer): boolean {
  if (to - from !== wanted.length) return false
  for (let place = 0; place < wanted.length; place += 1) if (bytes[from + place] !== wanted[place]) return false
  return true
}

/** Goes past a literal if it stands at the cursor. */
export function skip(cursor: Cursor, literal: Buffer): boolean {
  if (!isAt(cursor.bytes, cursor.at, cursor.at + literal.length, literal)) return false
  cursor.at += literal.length
  return true
}

const ZERO = 48
const NINE = 57
/** So many digits always fit a JavaScript number. */
const MOST_DIGITS = 15

/** A whole number as JSON writes it, 0 or more; −1 if there is none. */
export function takeWhole(cursor: Cursor): number {
  const { bytes, at: from } = cursor
  let value = 0
  let at = from
  for (let byte = bytes[at] ?? 0; byte >= ZERO && byte <= NINE; byte = bytes[at] ?? 0) {
    value = value * 10 + (byte - ZERO)
    at += 1
  }
  const digits = at - from
  if (digits === 0 || digits > MOST_DIGITS || (digits > 1 && bytes[from] === ZERO)) return -1
  cursor.at = at
  return value
}

const QUOTE = 34
/** 1 for the digits of hexadecimal numbers. Looked up, for a processor cannot guess what random digits will be. */
const IS_HEX = Uint8Array.from({ length: 256 }, (_, byte) => '0123456789abcdef'.includes(String.fromCharCode(byte)) ? 1 : 0)

/** 64 hexadecimal digits and the quote behind them. */
export function takeHex64(cursor: Cursor): string | undefined {
  const { bytes, at: from } = cursor
  const to = from + 64
  if (bytes[to] !== QUOTE) return undefined
  let isHex = 1
  for (let at = from; at < to; at += 1) isHex &= IS_HEX[bytes[at] ?? 0] ?? 0
  if (isHex === 0) return undefined
  cursor.at = to + 1
  return bytes.toString('latin1', from, to)
}
