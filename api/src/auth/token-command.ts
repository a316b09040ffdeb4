import { MasterKeyError, readMasterKey } from '@livetally/core/voting'
import { Command, InvalidArgumentError, Option } from 'commander'
import { durationOf } from './lifetime.js'
import { readTokenEnvironment } from '../environment.js'
import { createTokens, STAFF_ROLES, type StaffRole } from './tokens.js'

const lifetime = (text: string): number => {
  const seconds = durationOf(text)
  if (seconds === undefined) throw new InvalidArgumentError('Say for instance 12h, 30d or 1y.')
  return seconds
}

const command = new Command('npm run token --')
  .description('Issues a token for people and programs that look after elections, and prints it.')
  .addHelpText('after', '\nExample:\n  npm run token -- --role MANAGER --subject "Ada, town hall" --expires 12h\n\nExit codes: 0 the token is on stdout, 1 there is none.')
  .addOption(new Option('--role <role>', 'what the holder may do').choices(STAFF_ROLES).makeOptionMandatory())
  .option('--subject <name>', 'who the holder is; for INGEST the source whose ballot numbers count once')
  .option('--expires <duration>', 'how long it is valid, such as 12h, 30d or 1y', lifetime, 30 * 24 * 3600)
  .action(async ({ role, subject, expires }: { role: StaffRole, subject?: string, expires: number }) => {
    const { home, masterKey } = readTokenEnvironment()
    const tokens = createTokens(await readMasterKey({ home, masterKey }))
    process.stdout.write(`${await tokens.issue({ role, ...(subject === undefined ? {} : { subject }), expiresInSeconds: expires })}\n`)
  })

try {
  await command.parseAsync()
} catch (error) {
  process.stderr.write(`${error instanceof MasterKeyError ? error.message : String(error)}\n`)
  process.exitCode = 1
}
