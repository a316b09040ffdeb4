import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { printApiSchema } from './print-schema.js'

/** Writes `schema.graphql` at the top of the project, from which clients generate their types. */
await writeFile(fileURLToPath(new URL('../../../schema.graphql', import.meta.url)), printApiSchema())
