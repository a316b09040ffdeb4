import { describe, expect, it } from 'vitest'
import { decodeText } from './decode-text.js'

const utf16be = (text: string): Buffer => Buffer.from(`\uFEFF${text}`, 'utf16le').swap16()

describe('the text of a file', () => {
  it.each([
    ['UTF-8', Buffer.from('Åsa,1')],
    ['UTF-8 with a byte order mark', Buffer.from('\uFEFFÅsa,1')],
    ['UTF-16 of a little-endian machine', Buffer.from('\uFEFFÅsa,1', 'utf16le')],
    ['UTF-16 of a big-endian machine', utf16be('Åsa,1')],
  ])('is read as %s without being told', (_, bytes) => {
    expect(decodeText(bytes)).toEqual({ ok: true, text: 'Åsa,1' })
  })

  it('is refused with the line where it is not UTF-8, and read where its encoding is named', () => {
    const bytes = Buffer.from('name\nAda\nJos\u00e9\n', 'latin1')
    expect(decodeText(bytes)).toEqual({ ok: false, problem: 'Line 3: these bytes are not UTF-8. Name the encoding of the file, such as --encoding windows-1252.' })
    expect(decodeText(bytes, 'windows-1252')).toEqual({ ok: true, text: 'name\nAda\nJosé\n' })
  })

  it('is refused on its last line, too, where that has no end', () => {
    expect(decodeText(Buffer.from('a\n\u00e9', 'latin1'))).toMatchObject({ problem: expect.stringMatching(/^Line 2:/) })
  })

  it('is refused where the encoding is none, or is half a character of UTF-16', () => {
    expect(decodeText(Buffer.from('a'), 'martian')).toMatchObject({ ok: false, problem: expect.stringContaining('"martian" is not known') })
    expect(decodeText(Buffer.from([0xff, 0xfe, 0x41]))).toEqual({ ok: false, problem: 'The file is not utf-16le.' })
  })

  it('is refused where it is UTF-16 without a mark, and read where that is said', () => {
    const bytes = Buffer.from('Ada,1', 'utf16le')
    expect(decodeText(bytes)).toEqual({ ok: false, problem: expect.stringContaining('--encoding utf-16le') })
    expect(decodeText(bytes, 'utf-16le')).toEqual({ ok: true, text: 'Ada,1' })
  })
})
