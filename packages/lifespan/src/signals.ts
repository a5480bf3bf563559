/** What to do when the process is told to stop. */
export interface OnSignal {
  /** At the first signal. */
  readonly stop: (signal: NodeJS.Signals) => Promise<unknown>
  /** At another one, once its sender has seen that the first did not end it at once. */
  readonly hurry: () => void
}

// A terminal's Ctrl-C reaches the process itself and, through npm, once more.
const echoMs = 500

// What closed in order lets the process end by itself; whatever still holds it then has had its time.
const lingerMs = 1_000

/**
 * Listens for signals of the process. Whoever listens takes over from Node, which would end the process: so when the
 * stop is done and something still keeps the process alive, this ends it, with exit code 0, or 1 when the stop failed.
 *
 * @returns what stops listening
 */
export const listenFor = (
  signals: readonly NodeJS.Signals[],
  { stop, hurry }: OnSignal,
  isExiting: boolean,
): (() => void) => {
  let firstAt: number | undefined
  const ended = (code: number): void => {
    process.exitCode ??= code
    if (isExiting) setTimeout(() => process.exit(), lingerMs).unref()
  }
  const onSignal = (signal: NodeJS.Signals): void => {
    if (firstAt !== undefined) {
      if (performance.now() - firstAt >= echoMs) hurry()
      return
    }
    firstAt = performance.now()
    stop(signal).then(
      () => ended(0),
      () => ended(1),
    )
  }
  for (const signal of signals) process.on(signal, onSignal)
  return () => {
    for (const signal of signals) process.off(signal, onSignal)
  }
}
