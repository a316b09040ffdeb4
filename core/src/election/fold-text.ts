/** As typed on keyboards and by word processors, some of them accents that stand alone. */
const APOSTROPHES = /['\u2018-\u201B\u2032\u02B9-\u02BF\u0060\u00B4\u055A\uA78C\uFF07]/gu

/** Zero-width non-joiner and joiner: some leave them out as they type. */
const JOINERS = /[\u200C\u200D]/gu

/** Text as a search compares it: case, accents, joiners and apostrophes of all kinds do not matter, and ß is ss. */
export function foldText(text: string): string {
  return text.replace(APOSTROPHES, '').replace(JOINERS, '').normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replaceAll('\u00DF', 'ss')
}

/** The words of a search, folded: all of them are to be found. */
export function searchWords(search: string): string[] {
  return foldText(search).split(/\s+/).filter((word) => word !== '')
}
