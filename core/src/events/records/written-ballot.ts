import { isAscii } from 'node:buffer'
import { VOTE_CHANNELS, type AttributeValues, type Selections, type VoteChannel } from '../../election/index.js'
import type { BallotAccepted } from './ballot-accepted.js'

/** What a ballot says of its voter's group or of its marks, read from a piece of JSON; undefined where the piece is not that. */
export interface PieceReader<Piece> { read(text: string): Piece | undefined }

/** Few contests and few groups make the same pieces again and again; longer ones hardly ever repeat. */
const LONGEST_REMEMBERED = 200
const MOST_REMEMBERED = 4_096

/** Reads pieces of ASCII text and remembers the short ones. What it returns is shared: it must not be changed. */
export function createPieceReader<Piece>(isPiece: (document: unknown) => document is Piece): PieceReader<Piece> {
  const remembered = new Map<string, Piece>()
  const parse = (text: string): Piece | undefined => {
    try {
      const document: unknown = JSON.parse(text)
      return isPiece(document) ? document : undefined
    } catch {
      return undefined
    }
  }
  return {
    read(text) {
      const known = remembered.get(text)
      if (known !== undefined) return known
      const piece = parse(text)
      if (piece === undefined || text.length > LONGEST_REMEMBERED) return piece
      if (remembered.size >= MOST_REMEMBERED) remembered.clear()
      // A copy: a slice would keep the whole record that it was cut from. In latin1, which no character of ASCII is lost in.
      remembered.set(Buffer.from(text, 'latin1').toString('latin1'), piece)
      return piece
    },
  }
}

export interface PieceReaders { attributes: PieceReader<AttributeValues>, selections: PieceReader<Selections> }

/**
 * Reads a ballot that was written exactly as `encodeBallotAccepted` writes it: fields in its order, nothing between them, ids
 * without escapes. For anything else undefined, and it is for `parseBallotAccepted` to say what it is; where there is an
 * event, both say the same. Three times as fast.
 */
export function readWrittenBallot(value: Buffer | string, pieces: PieceReaders): BallotAccepted | undefined {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value
  if (!isAscii(bytes)) return undefined
  const cursor: Cursor = { text: bytes.toString('latin1'), at: 0 }
  const election = skip(cursor, '{"v":1,"election":') ? takeWhole(cursor) : -1
  const box = skip(cursor, ',"box":') ? takeWhole(cursor) : -1
  const seq = skip(cursor, ',"seq":') ? takeWhole(cursor) : -1
  const castAt = skip(cursor, ',"castAt":') ? takeWhole(cursor) : -1
  if (election < 1 || election > 2_147_483_647 || box < 0 || box > 65_535 || seq < 0 || castAt < 0) return undefined
  const commitment = skip(cursor, ',"commitment":"') ? takeHex64(cursor) : undefined
  const hasChain = skip(cursor, ',"chain":"')
  const chain = hasChain ? takeHex64(cursor) : undefined
  if (commitment === undefined || (hasChain && chain === undefined)) return undefined
  const unit = skip(cursor, ',"kind":"BALLOT","unit":"') ? takeId(cursor) : undefined
  const channel = skip(cursor, ',"channel":"') ? channelOf(takeId(cursor)) : undefined
  if (unit === undefined || channel === undefined) return undefined
  const attributes = skip(cursor, ',"attributes":') ? pieces.attributes.read(takeObject(cursor)) : undefined
  const selections = skip(cursor, ',"selections":') ? pieces.selections.read(takeObject(cursor)) : undefined
  if (attributes === undefined || selections === undefined || cursor.text.length !== cursor.at + 1 || !skip(cursor, '}')) return undefined
  return chain === undefined
    ? { v: 1, election, box, seq, castAt, commitment, kind: 'BALLOT', unit, channel, attributes, selections }
    : { v: 1, election, box, seq, castAt, commitment, chain, kind: 'BALLOT', unit, channel, attributes, selections }
}

interface Cursor { readonly text: string, at: number }

const QUOTE = 34
const BACKSLASH = 92
const SPACE = 32
const ZERO = 48
const NINE = 57
/** So many digits always fit a JavaScript number. */
const MOST_DIGITS = 15

function skip(cursor: Cursor, literal: string): boolean {
  if (!cursor.text.startsWith(literal, cursor.at)) return false
  cursor.at += literal.length
  return true
}

/** A whole number as JSON writes it, 0 or more; −1 if there is none. */
function takeWhole(cursor: Cursor): number {
  const { text, at: from } = cursor
  let value = 0
  let at = from
  for (let code = text.charCodeAt(at); code >= ZERO && code <= NINE; code = text.charCodeAt(at)) {
    value = value * 10 + (code - ZERO)
    at += 1
  }
  const digits = at - from
  if (digits === 0 || digits > MOST_DIGITS || (digits > 1 && text.charCodeAt(from) === ZERO)) return -1
  cursor.at = at
  return value
}

/** 64 hexadecimal digits and the quote behind them. */
function takeHex64(cursor: Cursor): string | undefined {
  const { text, at } = cursor
  const end = at + 64
  for (let place = at; place < end; place += 1) {
    const code = text.charCodeAt(place)
    if (!((code >= ZERO && code <= NINE) || (code >= 97 && code <= 102))) return undefined
  }
  if (text.charCodeAt(end) !== QUOTE) return undefined
  cursor.at = end + 1
  return text.slice(at, end)
}

/** An id without escapes and the quote behind it. */
function takeId(cursor: Cursor): string | undefined {
  const { text, at: from } = cursor
  let at = from
  for (let code = text.charCodeAt(at); code !== QUOTE; code = text.charCodeAt(at)) {
    // Also at the end of the text, where the code is not a number.
    if (!(code >= SPACE) || code === BACKSLASH || at - from >= 64) return undefined
    at += 1
  }
  if (at === from) return undefined
  cursor.at = at + 1
  return text.slice(from, at)
}

/** Up to the first closing brace. Should that stand inside a string, or close an inner object, then the piece is no JSON or not what its reader wants. */
function takeObject(cursor: Cursor): string {
  const end = cursor.text.indexOf('}', cursor.at) + 1
  const piece = cursor.text.slice(cursor.at, end)
  cursor.at = end
  return piece
}

const CHANNELS: ReadonlyMap<string, VoteChannel> = new Map(VOTE_CHANNELS.map((channel) => [channel, channel]))

function channelOf(id: string | undefined): VoteChannel | undefined {
  return id === undefined ? undefined : CHANNELS.get(id)
}
