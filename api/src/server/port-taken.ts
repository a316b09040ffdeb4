/** Somebody else listens on the port. The message is a sentence for a person. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError'
}

/** What listening failed with, as a sentence where it is a common one. `setting`: where the port was named. */
export function explainListening(error: unknown, { host, port }: { host: string, port: number }, setting = 'PORT'): unknown {
  const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
  return isTaken ? new PortTakenError(`Port ${port} on ${host} is taken by another program. Stop that, or set ${setting} to another one.`) : error
}
