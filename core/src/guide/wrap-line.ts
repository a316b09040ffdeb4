const MOST_COLUMNS = 118

/** Breaks a text at its spaces, so that lines have at most 118 columns; later lines begin with `indent`. */
export function wrapLine(text: string, indent: string): string {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const line = lines.at(-1)
    if (line === undefined) lines.push(word)
    else if (line.length + 1 + word.length <= MOST_COLUMNS) lines[lines.length - 1] = `${line} ${word}`
    else lines.push(`${indent}${word}`)
  }
  return lines.join('\n')
}
