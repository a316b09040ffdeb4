/** The part of a global id that the definition gave: `council` of `e12/c/council`. Short enough for an address. */
export function localId(globalId: string): string {
  return globalId.slice(globalId.lastIndexOf('/') + 1)
}
