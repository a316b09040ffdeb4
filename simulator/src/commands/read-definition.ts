import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { checkDefinition, type ElectionDefinition } from '@livetally/core/election'
import { decodeText } from '../files/decode-text.js'
import { CommandFailure } from './command-line.js'
import { findJsonFault } from './json-position.js'

/** Reads and checks an election definition; every problem is named in the CommandFailure that it throws. */
export async function readDefinition(folder: string, file: string, encoding?: string): Promise<ElectionDefinition> {
  const text = await readText(folder, file, encoding)
  const check = checkDefinition(parse(file, text.replace(/^\uFEFF/, '')))
  if (check.ok) return check.definition
  const { length } = check.problems
  throw new CommandFailure(`${file} does not describe an election (${length} ${length === 1 ? 'problem' : 'problems'}):`, ...check.problems.map(({ path, message }) => `  ${path}: ${message}`))
}

function parse(file: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const fault = findJsonFault(text)
    const reason = fault === null ? String(error) : `line ${fault.line}, column ${fault.column}: ${fault.expected} was expected`
    throw new CommandFailure(`${file} is not JSON: ${reason}.`)
  }
}

/** A text file named on the command line: UTF-8, UTF-16 with its mark, or in the encoding that is named. */
export async function readText(folder: string, file: string, encoding?: string): Promise<string> {
  const decoded = decodeText(await readBytes(folder, file), encoding)
  if (!decoded.ok) throw new CommandFailure(`${file} cannot be read: ${decoded.problem}`)
  return decoded.text
}

export async function readBytes(folder: string, file: string): Promise<Buffer> {
  try {
    return await readFile(resolve(folder, file))
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT') throw new CommandFailure(`There is no file ${file}.`)
    if (code === 'EISDIR') throw new CommandFailure(`${file} is a folder, not a file.`)
    throw new CommandFailure(`${file} cannot be read (${String(code)}).`)
  }
}
