const suffix = /^(jr\.?|sr\.?|i{2,3}|iv)$/i

/** Family names for the ends of lines and slices where the full name has no room; the full name where two would be alike. */
export function shortNames(options: readonly { id: string, name: string }[]): Map<string, string> {
  const short = options.map((option) => familyName(option.name))
  return new Map(options.map((option, at) => {
    const own = short[at] ?? option.name
    const isUnique = short.filter((name) => name === own).length === 1
    return [option.id, isUnique ? own : option.name]
  }))
}

function familyName(name: string): string {
  const words = name.trim().split(/\s+/)
  if (words.length < 2 || words.length > 4 || /[/&,0-9]/.test(name)) return name
  const last = words.at(-1) ?? name
  return suffix.test(last) ? `${words.at(-2) ?? ''} ${last}` : last
}
