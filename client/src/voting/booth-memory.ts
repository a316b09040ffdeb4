/** What the booth keeps in this tab's storage, so that a reload in the middle loses nothing. */
export interface BoothMemory {
  session: BoothSession | null
  /** A ballot that was sent and not answered yet: it is sent again with this very key until it is. */
  unanswered: UnansweredCast | null
  receipt: BoothReceipt | null
}
export interface BoothSession { token: string, expiresAt: string, unitName: string, contestIds: string[] }
export interface UnansweredCast { idempotencyKey: string, selections: { contestId: string, optionIds: string[] }[] }
export interface BoothReceipt { tracker: string, castAt: string, isRepeated: boolean }

export const emptyMemory: BoothMemory = { session: null, unanswered: null, receipt: null }

/** Marks are not kept until the ballot is sent, and the choices are forgotten with its answer. */
export function createBoothMemory({ electionId, storage = sessionStorage }: { electionId: string, storage?: Storage }) {
  const name = `livetally.booth.${electionId}`
  return {
    read(): BoothMemory {
      try {
        const stored: unknown = JSON.parse(storage.getItem(name) ?? 'null')
        return typeof stored === 'object' && stored !== null ? { ...emptyMemory, ...stored } : emptyMemory
      } catch {
        return emptyMemory
      }
    },
    write(memory: BoothMemory): void {
      try {
        storage.setItem(name, JSON.stringify(memory))
      } catch {
        // Without storage a reload signs the voter out; the key in memory still protects this page's retries.
      }
    },
    forget(): void {
      try {
        storage.removeItem(name)
      } catch {
        // Nothing was kept.
      }
    },
  }
}
