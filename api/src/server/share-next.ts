/** Everybody who asks while a question is out shares the next one: each gets an answer that was read after they asked. */
export function shareNext<Answer>(ask: () => Promise<Answer>): () => Promise<Answer> {
  let running: Promise<Answer> | undefined
  let next: Promise<Answer> | undefined
  const start = (): Promise<Answer> => {
    next = undefined
    const asked = ask()
    running = asked
    const clear = (): void => { if (running === asked) running = undefined }
    asked.then(clear, clear)
    return asked
  }
  return () => {
    if (running === undefined) return start()
    next ??= running.then(start, start)
    return next
  }
}
