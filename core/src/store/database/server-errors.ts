/** A call to the ledger got no answer in time; its outcome is unknown until it is called again. */
export class LedgerTimeoutError extends Error {
  override readonly name = 'LedgerTimeoutError'
}

const SERVER_CLASSES = new Set(['08', '40', '53', '55', '57', '58'])
const NETWORK_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN'])

/**
 * True for errors about the connection or the server's state (SQLSTATE classes 08, 40, 53, 55, 57, 58; `transaction_timeout`
 * and kin; the network): the same call may succeed later. False for errors about the data that was sent.
 */
export function isAboutTheServer(error: unknown): boolean {
  if (error instanceof LedgerTimeoutError) return true
  if (!(error instanceof Error)) return false
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (NETWORK_CODES.has(code)) return true
  if (/^[0-9A-Z]{5}$/.test(code)) return SERVER_CLASSES.has(code.slice(0, 2)) || code === '25P04' || code === '25P03'
  return /connection|terminat|socket|timeout/i.test(error.message)
}
