import { Command, CommanderError } from 'commander'

export type StartArguments = {
  /** Throw away what earlier starts have stored, and begin with an empty ledger. */
  fresh: boolean
  /** Open the demo election and let its electorate vote. */
  demo: boolean
}

/** Reads the arguments of `npm start -- …`. Prints what is wrong and exits 1 for anything unknown; `--help` exits 0. */
export function readArguments(args: readonly string[]): StartArguments {
  const command = new Command('npm start --')
    .description('Starts LiveTally on this machine: Postgres, Apache Kafka, API, workers, web page and a demo election.')
    .addHelpText('after', '\nExample:\n  npm start -- --fresh\n\nExit codes: 0 it ran until it was stopped, 1 it could not start; the reason is on stderr.')
    .option('--fresh', 'throw away the stored data and begin anew', false)
    .option('--no-demo', 'start without the demo election')
    .allowExcessArguments(false)
    .exitOverride()
  try {
    return command.parse([...args], { from: 'user' }).opts<StartArguments>()
  } catch (error) {
    process.exit(error instanceof CommanderError ? error.exitCode : 1)
  }
}
