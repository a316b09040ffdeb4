import { DATABASE_ROLES, PASSWORD } from '@livetally/core/store'
import { Command } from 'commander'
import { readEnvironment } from '../environment.js'
import { keepPassword } from './password-folder.js'

new Command('node local/dist/logins/index.js')
  .description('Makes the passwords that are missing in LOGINS_FOLDER: of the owner of the database, and of the login of each kind of process. Those that are there stay.')
  .addHelpText('after', '\nExample:\n  LOGINS_FOLDER=/logins node local/dist/logins/index.js\n\nExit codes: 0 all are there, 1 they could not be made; the reason is on stderr.')
  .parse()

const { LOGINS_FOLDER, POSTGRES_PASSWORD } = readEnvironment()

try {
  if (LOGINS_FOLDER === undefined) throw new Error('Setting LOGINS_FOLDER is missing: the folder of the passwords.')
  const owner = await keepPassword(LOGINS_FOLDER, 'owner', POSTGRES_PASSWORD)
  // What the owner of a database of before is called by is theirs to say, and to change.
  if (owner.isNew && POSTGRES_PASSWORD !== undefined && !PASSWORD.test(POSTGRES_PASSWORD)) console.log('The password of the owner is a short one: change it before anybody else reaches the database.')
  for (const role of DATABASE_ROLES) await keepPassword(LOGINS_FOLDER, role)
  console.log(`The passwords are in ${LOGINS_FOLDER}.`)
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}
