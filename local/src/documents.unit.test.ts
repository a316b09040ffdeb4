import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, extname, join, relative, resolve } from 'node:path'
import { TOPIC } from '@livetally/core/events'
import { describe, expect, test } from 'vitest'
import { projectRoot } from './project-root.js'

const NOT_OURS = new Set(['node_modules', 'dist', '.git', '.livetally', 'public'])
const CODE = new Set(['.ts', '.mjs', '.vue', '.sql', '.java', '.yml'])

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) return NOT_OURS.has(entry.name) ? [] : filesUnder(join(folder, entry.name))
    return [join(folder, entry.name)]
  })
}
const files = filesUnder(projectRoot)
const documents = files.filter((file) => file.endsWith('.md'))
const read = (file: string): string => readFileSync(file, 'utf8')
const nameOf = (file: string): string => relative(projectRoot, file)

/** The text with what is code left out: there, brackets are no links. */
function proseOf(file: string): string {
  return read(file)
    .replace(/^( *)```[\s\S]*?^\1```/gm, '')
    .replace(/`[^`\n]*`/g, (code) => code.replace(/[[\]()]/g, ' '))
}

/** As GitHub names the anchor of a heading. */
function anchorOf(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-')
}
function anchorsOf(file: string): string[] {
  const text = read(file).replace(/^( *)```[\s\S]*?^\1```/gm, '')
  return [...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) =>
    anchorOf(heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')),
  )
}

describe('links of the documents', () => {
  test.each(documents.map((file) => [nameOf(file), file]))(
    '%s leads to files and headings that there are',
    (_, file) => {
      const broken = [...proseOf(file).matchAll(/\]\(([^)\s]+)\)/g)]
        .map(([, link = '']) => link)
        .filter((link) => {
          if (/^[a-z]+:/.test(link)) return false
          const [path = '', anchor] = link.split('#')
          const target = path === '' ? file : resolve(dirname(file), decodeURIComponent(path))
          const found = statSync(target, { throwIfNoEntry: false })
          if (found === undefined) return true
          return anchor !== undefined && (!found.isFile() || !anchorsOf(target).includes(anchor))
        })
      expect(broken).toEqual([])
    },
  )
})

interface Citation {
  readonly where: string
  readonly rule: string
}

/**
 * Rules that a text cites: `Counting rule "Accept" 2 and 6`, `secrecy rule "Chunks" 3`, `counting rule I5`. A line break
 * in a comment does not matter.
 */
function citationsIn(text: string): string[] {
  const flat = text.replace(/\s*\n\s*(?:\*|\/\/|#|--)?\s*/g, ' ')
  const invariants = [...flat.matchAll(/(?:counting|secrecy) rules? (I\d+)/gi)].map(([, rule = '']) => rule)
  const named = [...flat.matchAll(/(?:counting|secrecy) rules? "(\w+)"((?:,?(?: and)? ?\d+[a-z]?\b)*)/gi)].flatMap(
    ([, section = '', numbers = '']) => {
      const cited = numbers.match(/\d+[a-z]?/g) ?? []
      return cited.length === 0 ? [section] : cited.map((number) => `${section} ${number}`)
    },
  )
  return [...invariants, ...named]
}

const rulebooks = ['docs/counting-rules.md', 'docs/secrecy-rules.md'].map((path) => read(join(projectRoot, path)))
const sections = rulebooks.flatMap((text) => [...text.matchAll(/^## (.+)$/gm)].map(([, title = '']) => title))
/** Where a rule is written down it begins its paragraph, list item or row: `**Accept 5.** …`, `| **I5** | …`. */
const labels = rulebooks.flatMap((text) =>
  [...text.matchAll(/^(?:- |\| )?\*\*([A-Z][A-Za-z]* ?\d+[a-z]?)\.?\*\*/gm)].map(([, label = '']) => label),
)

describe('the counting rules and the secrecy rules', () => {
  test('have every rule that code and tests cite', () => {
    const citing = files.filter((file) => CODE.has(extname(file)))
    const citations = citing.flatMap((file) =>
      citationsIn(read(file)).map((rule): Citation => ({ where: nameOf(file), rule })),
    )
    expect(citations.length).toBeGreaterThan(10)
    expect(citations.filter(({ rule }) => !labels.includes(rule) && !sections.includes(rule))).toEqual([])
  })

  test('name each rule once, and number those of a section without a hole', () => {
    expect(labels.filter((label, at) => labels.indexOf(label) !== at)).toEqual([])
    const numbered = labels
      .filter((label) => /\d$/.test(label))
      .map((label) => ({ section: label.replace(/ ?\d+$/, ''), number: Number(/\d+$/.exec(label)?.[0]) }))
    for (const section of new Set(numbered.map((rule) => rule.section))) {
      const numbers = numbered.filter((rule) => rule.section === section).map(({ number }) => number)
      expect(numbers, section).toEqual(numbers.map((_, at) => at + 1))
    }
  })

  test.each([
    ['/** Counting rule "Accept" 2 and 6: ballots wait. */', ['Accept 2', 'Accept 6']],
    [' * `cast` is allowed (counting rule\n * "Accept" 3c), so', ['Accept 3c']],
    ['/** Counting rule "Windows", imported time. */', ['Windows']],
    ['// counting rule I5, and secrecy rule "Chunks" 3.', ['I5', 'Chunks 3']],
  ])('are found where a comment cites them: %s', (comment, rules) => {
    expect(citationsIn(comment)).toEqual(rules)
  })
})

test('every setting that is read from the environment is named in docs/settings.md', () => {
  const text = read(join(projectRoot, 'docs/settings.md'))
  const readers = files.filter((file) => /src\/(.*\/)?(environment|security)\.ts$/.test(file))
  const settings = new Set(
    readers.flatMap((file) =>
      [...read(file).matchAll(/^ +([A-Z]+(?:_[A-Z]+)*): (?!')/gm)].map(([, name = '']) => name),
    ),
  )
  // What a shell or npm sets by itself.
  for (const name of ['PATH', 'INIT_CWD']) settings.delete(name)
  expect(settings.size).toBeGreaterThan(40)
  expect([...settings].filter((name) => !text.includes(`\`${name}\``))).toEqual([])
})

describe('the topics', () => {
  /** Rows of the table that begins under this heading. */
  const rowsUnder = (path: string, heading: string): string[] =>
    (read(join(projectRoot, path)).split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '').split('\n').filter((line) => line.startsWith('| '))

  test('are all in the table of who may read what', () => {
    const table = rowsUnder('docs/operations.md', 'Who may read what').join('\n')
    const missing = Object.values(TOPIC).filter((name) => !table.includes(`\`${name.replace(/^results\..*/, 'results.*')}\``))
    expect(missing).toEqual([])
  })
  test('that give secret ballots away are said to do so in the guide to secrecy', () => {
    const row = rowsUnder('docs/guide/secrecy.md', 'What is not secret').find((line) => line.includes('topics')) ?? ''
    const missing = [TOPIC.ballots, TOPIC.tallies, TOPIC.ballotsIncoming, TOPIC.quarantine].filter((name) => !row.includes(`\`${name}\``))
    expect(missing).toEqual([])
    expect(row).toContain('operations.md#who-may-read-what')
  })
})
