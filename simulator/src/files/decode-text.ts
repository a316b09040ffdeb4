/** Encodings that a file may be read in: any that the platform's decoder knows, by the names of the WHATWG Encoding Standard. */
export type TextCheck = { ok: true, text: string } | { ok: false, problem: string }

/**
 * The text of a file. UTF-16 is told by its byte order mark; anything else is UTF-8, and refused with the line where it is
 * not, unless an encoding is named: a name with a wrong letter is another name. The mark itself is no part of the text.
 */
export function decodeText(bytes: Uint8Array, encoding?: string): TextCheck {
  const marked = markOf(bytes)
  const decoder = decoderOf(marked ?? encoding ?? 'utf-8')
  if (decoder === null) return { ok: false, problem: `--encoding "${encoding ?? ''}" is not known; windows-1252, iso-8859-15 and utf-16le are some that are.` }
  try {
    const text = decoder.decode(bytes)
    return text.includes('\u0000') ? { ok: false, problem: 'The file has zero bytes within its text. If it is UTF-16 without a mark, name its encoding: --encoding utf-16le or utf-16be.' } : { ok: true, text }
  } catch {
    if (decoder.encoding !== 'utf-8') return { ok: false, problem: `The file is not ${decoder.encoding}.` }
    return { ok: false, problem: `Line ${lineOfFault(bytes)}: these bytes are not UTF-8. Name the encoding of the file, such as --encoding windows-1252.` }
  }
}

function markOf([first, second]: Uint8Array): string | undefined {
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  if (first === 0xfe && second === 0xff) return 'utf-16be'
  return undefined
}

function decoderOf(encoding: string): InstanceType<typeof TextDecoder> | null {
  try {
    return new TextDecoder(encoding, { fatal: true })
  } catch {
    return null
  }
}

/** No line break lies within a character of UTF-8, so lines can be judged one by one. */
function lineOfFault(bytes: Uint8Array): number {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  for (let from = 0, line = 1; from <= bytes.length; line += 1) {
    const end = bytes.indexOf(0x0a, from)
    try {
      decoder.decode(bytes.subarray(from, end === -1 ? bytes.length : end))
    } catch {
      return line
    }
    if (end === -1) return line
    from = end + 1
  }
  return 1
}
