const LAST_RELOAD = 'livetally.reloaded'
const RELOAD_AT_MOST_EVERY_MS = 10_000
const ASK_EVERY_MS = 3_000

/**
 * A page or chart whose file cannot be loaded has most likely been replaced by a newer build, or the server is away.
 * As soon as the server answers, the whole page is loaded anew, at most every 10 s.
 */
export function recoverFromMissingFiles(): void {
  addEventListener('vite:preloadError', () => void reloadWhenServed())
}

let isWaiting = false

async function reloadWhenServed(): Promise<void> {
  if (isWaiting) return
  isWaiting = true
  while (!(await isServed()) || !mayReload()) await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS))
  location.reload()
}

async function isServed(): Promise<boolean> {
  try {
    return (await fetch(location.href, { cache: 'no-store' })).ok
  } catch {
    return false
  }
}

function mayReload(): boolean {
  try {
    const last = Number(sessionStorage.getItem(LAST_RELOAD) ?? 0)
    if (Date.now() - last < RELOAD_AT_MOST_EVERY_MS) return false
    sessionStorage.setItem(LAST_RELOAD, String(Date.now()))
    return true
  } catch {
    // Without storage there is no telling one reload from a loop of them: the reader decides.
    return false
  }
}
