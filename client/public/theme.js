/* Runs before the first paint so that a chosen theme never flashes; a file of its own because no script may stand in the page. */
try {
  const chosen = localStorage.getItem('livetally.theme')
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen
} catch {
  /* Storage is closed to this page: the system's theme holds. */
}
