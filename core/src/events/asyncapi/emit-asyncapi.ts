import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { stringify } from 'yaml'
import { asyncApiDocument } from './asyncapi.js'

const HEAD = '# Made from core/src/events by "npm run generate". Change the schemas there, not this file.\n'

writeFileSync(fileURLToPath(new URL('../../../../docs/asyncapi.yaml', import.meta.url)), HEAD + stringify(asyncApiDocument(), { lineWidth: 0, aliasDuplicateObjects: false }))
