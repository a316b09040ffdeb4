import { Listr, PRESET_TIMER } from 'listr2'

export type Step<T> = {
  title: string
  /** `detail` replaces the title, once more is known. */
  work: (detail: (title: string) => void) => Promise<T>
}

type Results<Steps extends Record<string, Step<unknown>>> = { [Name in keyof Steps]: Awaited<ReturnType<Steps[Name]['work']>> }

/**
 * Runs steps side by side, each shown with its name and time, and returns their results by name.
 * The first failure is thrown once all have ended, so that nothing is half started behind our back.
 */
export async function runSteps<Steps extends Record<string, Step<unknown>>>(steps: Steps): Promise<Results<Steps>> {
  const results: Record<string, unknown> = {}
  const failures: unknown[] = []
  const tasks = Object.entries(steps).map(([name, { title, work }]) => ({
    title,
    task: async (_: unknown, task: { title: string }) => {
      try {
        results[name] = await work((detail) => {
          task.title = detail
        })
      } catch (error) {
        failures.push(error)
        // The reason is told once, at the very end, where people look for it.
        throw new Error('the reason stands below')
      }
    },
  }))
  const list = new Listr(tasks, {
    concurrent: true,
    exitOnError: false,
    registerSignalListeners: false,
    rendererOptions: { timer: PRESET_TIMER, showErrorMessage: false, collapseErrors: false },
    fallbackRenderer: 'simple',
    fallbackRendererOptions: { timer: PRESET_TIMER },
  })
  await list.run()
  if (failures.length > 0) throw failures[0]
  return results as Results<Steps>
}
