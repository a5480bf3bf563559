const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Ends this process at a signal the way it ends by itself, so that what it has started ends with it: the system's own way
 * asks nobody.
 *
 * @returns what leaves signals to whoever knows better
 */
export function endAtSignals(): () => void {
  const end = () => process.exit(1)
  for (const signal of signals) process.once(signal, end)
  return () => {
    for (const signal of signals) process.off(signal, end)
  }
}
