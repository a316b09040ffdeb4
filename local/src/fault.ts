/** A failure with a cause outside the program, whose message is the one sentence a person needs. Shown without a stack. */
export class LocalFault extends Error {
  override readonly name = 'LocalFault'
}

const sentences: Record<string, (path: string) => string> = {
  ENOSPC: (path) => `The disk is full: ${path} cannot be written.`,
  EDQUOT: (path) => `The disk quota is used up: ${path} cannot be written.`,
  EACCES: (path) => `Permission denied: ${path} belongs to another user.`,
  EPERM: (path) => `Permission denied: ${path} belongs to another user.`,
  EROFS: (path) => `The file system is read-only: ${path} cannot be written.`,
  ENOTDIR: (path) => `${path} is not a folder.`,
  EEXIST: (path) => `${path} exists already and is not a folder.`,
}

/** Turns the errors that files and folders commonly give into a `LocalFault`; any other error is handed back as it is. */
export function explainFileError(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return error
  const sentence = sentences[error.code]
  if (sentence === undefined) return error
  const at = 'path' in error && typeof error.path === 'string' ? error.path : path
  return new LocalFault(sentence(at), { cause: error })
}
