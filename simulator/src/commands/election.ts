import { findDefinitionWarnings } from '@livetally/core/election'
import { Command } from 'commander'
import { bringToOpen, changePhase, createElection } from '../system/elections.js'
import { readEnvironment } from '../system/environment.js'
import { CommandFailure, openContext, runCommand, say } from './command-line.js'
import { readDefinition } from './read-definition.js'

interface Options { file: string, open?: boolean, yes?: boolean, encoding?: string }

/** `npm run election -- --file definition.json [--open] [--yes]`: creates and publishes an election, and stops at warnings that nobody has confirmed. */
async function run(options: Options): Promise<number> {
  const environment = readEnvironment()
  const definition = await readDefinition(environment.workingFolder, options.file, options.encoding)
  const warnings = findDefinitionWarnings(definition).map(({ path, message }) => `  ${path}: ${message}`)
  if (warnings.length > 0 && options.yes !== true) {
    throw new CommandFailure(`${options.file} describes an election. To know before it is published:`, ...warnings, 'Nothing was created. Change the definition, or say --yes to publish it as it is.')
  }
  await using context = await openContext(environment)
  const created = await createElection(context.manager, definition)
  if (!created.ok) throw new CommandFailure(`The system does not accept ${options.file}:`, ...created.problems.map(({ path, message }) => `  ${path}: ${message}`))
  const { election } = created
  if (warnings.length > 0) say(`The system accepts ${options.file}. Confirmed with --yes:`)
  warnings.forEach(say)
  const changed = options.open === true ? await bringToOpen(context.manager, election) : await changePhase(context.manager, 'publishElection', election.id)
  if (!changed.ok) throw new CommandFailure(`Election "${election.slug}" was created (${election.id}) but is ${changed.phase}: ${changed.message}`)
  say(`${definition.name}: ${changed.election.phase.toLowerCase()}`)
  process.stdout.write(`${election.slug} ${election.id}\n`)
  return 0
}

const command = new Command('npm run election --')
  .description('Creates and publishes an election from its definition.')
  .addHelpText('after', '\nExample:\n  npm run election -- --file definition.json --open\n\nExit codes: 0 the election is there, 1 it is not, or there are warnings to be confirmed with --yes; the reasons are on stderr.')
  .requiredOption('--file <definition.json>', 'the election definition document')
  .option('--encoding <name>', 'encoding of a document that is not UTF-8, such as windows-1252')
  .option('--yes', 'publish it although there are warnings')
  .option('--open', 'open it for voting at once')
  .action((options: Options) => runCommand(() => run(options)))

await command.parseAsync()
