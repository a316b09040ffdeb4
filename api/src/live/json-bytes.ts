/** Roughly how many bytes a value takes as JSON, without making the text: what a text is long, and what names, numbers and brackets add. */
export function jsonBytes(value: unknown): number {
  let bytes = 0
  const open: unknown[] = [value]
  while (open.length > 0) {
    const one = open.pop()
    if (typeof one === 'string') bytes += one.length + 3
    else if (Array.isArray(one)) {
      bytes += 2
      for (const inner of one) open.push(inner)
    } else if (typeof one === 'object' && one !== null) {
      bytes += 2
      for (const [name, inner] of Object.entries(one)) {
        bytes += name.length + 3
        open.push(inner)
      }
    } else bytes += 8
  }
  return bytes
}
