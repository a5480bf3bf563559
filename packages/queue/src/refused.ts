/**
 * A promise that is rejected one microtask later. Node notes every promise that is rejected before anybody waits for
 * it, and strikes it off again: half the cost of a refusal. By then its caller waits.
 */
export const refused = (error: unknown): Promise<never> =>
  new Promise((_, reject) => {
    queueMicrotask(() => reject(error))
  })
