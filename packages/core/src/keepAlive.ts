const longest = 2 ** 31 - 1

/**
 * Keeps the process from ending for want of work, until what it gives is called. Timers of the clock do not: work that
 * has been promised and waits for one of them would be lost.
 */
export const keepAlive = (): (() => void) => {
  const handle = setInterval(() => {}, longest)
  return () => clearInterval(handle)
}
