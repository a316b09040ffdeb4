/** A second, small reader of CSV (RFC 4180) for sums that share nothing with the reader of precinct files: cells as they are. */
export function parsePlainCsv(text: string): string[][] {
  const records: string[][] = []
  let [record, cell, isQuoted]: [string[], string, boolean] = [[], '', false]
  const endRecord = (): void => {
    record.push(cell)
    if (record.length > 1 || cell.trim() !== '') records.push(record)
    record = []
    cell = ''
  }
  for (let at = text.startsWith('\uFEFF') ? 1 : 0; at < text.length; at += 1) {
    const character = text.charAt(at)
    if (isQuoted) {
      if (character !== '"') cell += character
      else if (text[at + 1] === '"') { cell += '"'; at += 1 } else isQuoted = false
    } else if (character === '"' && cell.trim() === '') { cell = ''; isQuoted = true } else if (character === ',') { record.push(cell); cell = '' } else if (character === '\n' || (character === '\r' && text[at + 1] !== '\n')) endRecord()
    else if (character !== '\r') cell += character
  }
  endRecord()
  return records
}
