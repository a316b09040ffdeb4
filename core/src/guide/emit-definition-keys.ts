import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describeDefinitionKeys } from './definition-keys.js'
import { putKeys } from './guide-keys.js'

const guide = fileURLToPath(new URL('../../../docs/guide/election-definition.md', import.meta.url))

writeFileSync(guide, putKeys(readFileSync(guide, 'utf8'), describeDefinitionKeys()))
