import { lexicographicSortSchema, printSchema } from 'graphql/index.js'
import { buildApiSchema } from './build-schema.js'

/** The contract as text, sorted, so that it only differs where it says something else. */
export function printApiSchema(): string {
  return `# Made by \`npm run generate\` from api/src. Change it there.\n\n${printSchema(lexicographicSortSchema(buildApiSchema()))}\n`
}
