/** Does the work for each item, for so many at once: one that takes its time holds up no other. Rejects with the first failure. */
export async function inLanes<Item>(items: readonly Item[], lanes: number, work: (item: Item) => Promise<void>): Promise<void> {
  const left = items.values()
  await Promise.all(Array.from({ length: Math.min(lanes, items.length) }, async () => {
    for (const item of left) await work(item)
  }))
}
