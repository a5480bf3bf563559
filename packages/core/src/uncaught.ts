/**
 * Leaves an error to the process (`uncaughtException`), as Node does with one that an event listener throws. For
 * callbacks that nobody waits for: what called them goes on, and so do the callbacks after them.
 */
export const uncaught = (error: unknown): void =>
  queueMicrotask(() => {
    throw error
  })
