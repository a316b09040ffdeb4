import { describe, expect, it } from 'vitest'
import { shortNames } from './short-names.js'

describe('short names', () => {
  const short = (...names: string[]) => [...shortNames(names.map((name, at) => ({ id: String(at), name }))).values()]

  it('are family names', () => expect(short('Ada Marsh', 'Bruno Castell')).toEqual(['Marsh', 'Castell']))
  it('stay whole where two would be alike', () => expect(short('Ada Marsh', 'Tom Marsh')).toEqual(['Ada Marsh', 'Tom Marsh']))
  it('leave tickets and answers as they are', () => expect(short('Hill / Vale', 'Yes')).toEqual(['Hill / Vale', 'Yes']))
  it('keep what follows a family name', () => expect(short('John Doe Jr.', 'Ann Lee')).toEqual(['Doe Jr.', 'Lee']))
})
