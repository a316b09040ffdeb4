import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { projectRoot } from '../project-root.js'

/** A GraphQL example as it stands in a document, by the name of its operation. Throws if there is none. */
export type Examples = (name: string) => string

/** The GraphQL examples of a document of this project, such as `README.md`. */
export async function readExamples(path: string): Promise<Examples> {
  const text = await readText(path)
  const examples = new Map([...text.matchAll(/```graphql\n([\s\S]*?)```/g)].map(([, document = '']) => [/^\w+ (\w+)/.exec(document)?.[1] ?? '', document]))
  return (name) => {
    const document = examples.get(name)
    if (document === undefined) throw new Error(`${path} has no example ${name}; it has ${[...examples.keys()].join(', ')}`)
    return document
  }
}

/** A document of this project, such as `README.md`. */
export async function readText(path: string): Promise<string> {
  return readFile(join(projectRoot, path), 'utf8')
}

/** The first example in this language, such as `csv`, as it stands in a document of this project. */
export async function readFirstExample(path: string, language: string): Promise<string> {
  const text = await readText(path)
  const [, example] = new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(text) ?? []
  if (example === undefined) throw new Error(`${path} has no example in ${language}`)
  return example
}
