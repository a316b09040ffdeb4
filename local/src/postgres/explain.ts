import { LocalFault } from '../fault.js'

type Cause = { sign: RegExp, sentence: (folder: string, line: string) => string }

const anew = 'restore a backup, or begin anew with npm start -- --fresh'

const causes: readonly Cause[] = [
  { sign: /No space left on device/, sentence: (folder) => `The disk is full: Postgres cannot write to ${folder}.` },
  { sign: /Disk quota exceeded/, sentence: (folder) => `The disk quota is used up: Postgres cannot write to ${folder}.` },
  { sign: /Read-only file system/, sentence: (folder) => `The file system is read-only: Postgres cannot write to ${folder}.` },
  { sign: /could not bind|Address already in use/, sentence: (_, line) => `The port of Postgres is taken by another program (${line}).` },
  { sign: /Permission denied|has wrong ownership|has invalid permissions/, sentence: (folder, line) => `Postgres may not use ${folder}: it belongs to another user (${line}).` },
  { sign: /could not (load|open shared)|error while loading shared libraries/, sentence: (_, line) => `The Postgres program does not run on this machine (${line}): set DATABASE_URL to a Postgres 17 or newer.` },
  { sign: /could not map anonymous shared memory|Cannot allocate memory/, sentence: () => 'There is not enough free memory for Postgres.' },
  { sign: /PANIC|checkpoint|control file|pg_control|invalid|corrupt|could not open file|could not read|could not access directory|No such file/, sentence: (folder, line) => `The Postgres data folder ${folder} is damaged (${line}): ${anew}.` },
]

/** The line of a Postgres log that says why it stopped, without time stamp and process id. */
function tellingLine(log: string): string {
  const lines = log.split('\n').filter((line) => line.trim() !== '')
  const found = lines.find((line) => /PANIC:|FATAL:/.test(line)) ?? lines.find((line) => /error|ERROR/.test(line)) ?? lines.at(-1) ?? 'it said nothing'
  return found.replace(/^.*?(?=(PANIC|FATAL|ERROR):)/, '').trim()
}

/** From what Postgres printed before it gave up to the sentence that a person needs. */
export function explainPostgresLog(log: string, folder: string): LocalFault {
  const line = tellingLine(log)
  const cause = causes.find(({ sign }) => sign.test(log))
  return new LocalFault(cause === undefined ? `Postgres did not start: ${line}.` : cause.sentence(folder, line))
}
